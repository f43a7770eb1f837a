package dev.zhulong.remote.vfiouser;

/** The other side has gone, or what it sends cannot be told apart any more. */
final class DisconnectedException extends Exception {
  private static final long serialVersionUID = 1;

  DisconnectedException(String message) {
    super(message, null, false, false);
  }
}
