package dev.zhulong.hal.transport;

import java.util.List;

/** Opens the transports of some address schemes; found through {@link java.util.ServiceLoader}. */
public interface TransportProvider {
  /** The schemes that this provider opens, each without its colon, as {@code sim}. */
  List<String> schemes();

  /** One line a scheme for people: what the address looks like and what it opens. */
  List<String> help();

  /**
   * Opens a device.
   *
   * @throws IllegalArgumentException if a parameter of the address is unknown or out of range; the
   *     message names it, its value and what is allowed
   * @throws DeviceUnavailableException if the device cannot be had here; the message says what to
   *     install or change
   */
  Transport open(DeviceAddress address);
}
