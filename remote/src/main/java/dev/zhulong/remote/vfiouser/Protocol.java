package dev.zhulong.remote.vfiouser;

/** Numbers of the vfio-user protocol, and of the VFIO interface that it takes over. */
final class Protocol {
  static final int MAJOR = 0;
  static final int MINOR = 1;

  /** Header: message id, command, size, flags, error. */
  static final int HEADER_BYTES = 16;

  /** Most bytes that a message moves. */
  static final int MOST_DATA = 1 << 20;

  /** Most descriptors that a message carries. */
  static final int MOST_DESCRIPTORS = 8;

  /** Most of what comes before the data. */
  static final int MOST_PREFIX = 64;

  static final int MOST_BYTES = HEADER_BYTES + MOST_PREFIX + MOST_DATA;

  static final int MOST_MAPS = 16_384;
  static final int PAGE = 4096;

  static final int VERSION = 1;
  static final int DMA_MAP = 2;
  static final int DMA_UNMAP = 3;
  static final int DEVICE_GET_INFO = 4;
  static final int DEVICE_GET_REGION_INFO = 5;
  static final int DEVICE_GET_IRQ_INFO = 7;
  static final int DEVICE_SET_IRQS = 8;
  static final int REGION_READ = 9;
  static final int REGION_WRITE = 10;
  static final int DMA_READ = 11;
  static final int DMA_WRITE = 12;
  static final int DEVICE_RESET = 13;

  static final int TYPE_MASK = 0xf;
  static final int TYPE_COMMAND = 0;
  static final int TYPE_REPLY = 1;
  static final int NO_REPLY = 1 << 4;
  static final int ERROR = 1 << 5;

  static final int DMA_READABLE = 1;
  static final int DMA_WRITABLE = 2;
  static final int UNMAP_ALL = 2;

  static final int DEVICE_RESETTABLE = 1;
  static final int DEVICE_PCI = 2;

  static final int REGIONS = 9;
  static final int BAR0 = 0;
  static final int BAR2 = 2;
  static final int BAR4 = 4;
  static final int CONFIG = 7;
  static final int REGION_READABLE = 1;
  static final int REGION_WRITABLE = 2;
  static final int REGION_MAPPABLE = 4;

  static final int IRQS = 5;
  static final int INTX = 0;
  static final int MSI = 1;
  static final int MSIX = 2;
  static final int ERR = 3;
  static final int REQ = 4;
  static final int IRQ_EVENTFD = 1;
  static final int IRQ_MASKABLE = 2;
  static final int IRQ_AUTOMASKED = 4;
  static final int DATA_NONE = 1;
  static final int DATA_BOOL = 2;
  static final int DATA_EVENTFD = 4;
  static final int ACTION_MASK = 8;
  static final int ACTION_UNMASK = 16;
  static final int ACTION_TRIGGER = 32;

  private Protocol() {}
}
