package dev.zhulong.remote.vfiouser;

/** The server has gone, or does not answer any more. */
final class DeviceRemovedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  DeviceRemovedException(DisconnectedException cause) {
    super("vfio-user: the device has gone (" + cause.getMessage() + ")", cause);
  }
}
