package dev.zhulong.hal.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

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

  /**
   * Who opens an address.
   *
   * @throws IllegalArgumentException if its scheme is not known; the message names those that are
   */
  static TransportProvider find(DeviceAddress address) {
    List<String> known = new ArrayList<>();
    for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
      if (provider.schemes().contains(address.scheme())) {
        return provider;
      }
      provider.schemes().forEach(scheme -> known.add(scheme + ":"));
    }
    throw new IllegalArgumentException(
        "device address \""
            + address.text()
            + "\": unknown scheme "
            + address.scheme()
            + ":; known: "
            + String.join(", ", known));
  }
}
