package dev.zhulong.remote.vfiouser;

/** The error numbers of Linux that the protocol's replies carry, or that calls end with. */
final class Errno {
  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int E2BIG = 7;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int ENOSYS = 38;
  static final int EADDRINUSE = 98;

  private Errno() {}
}
