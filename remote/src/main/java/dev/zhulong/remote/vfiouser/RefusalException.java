package dev.zhulong.remote.vfiouser;

/** A message that gets an error for a reply; the session goes on. */
final class RefusalException extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  RefusalException(int errno, String message) {
    super(message, null, false, false);
    this.errno = errno;
  }

  int errno() {
    return errno;
  }
}
