package dev.zhulong.firmware.isa;

/** What the device is on a PCI Express bus. */
public final class PciFunction {
  /** Vendor: a number that projects share. */
  public static final int VENDOR = 0x1209;

  /** Device: "ZL". */
  public static final int DEVICE = 0x5a4c;

  /** Revision. */
  public static final int REVISION = 1;

  /** Class: a co-processor. */
  public static final int CLASS = 0x0b4000;

  /** BAR of the host registers. */
  public static final int REGISTER_BAR = 0;

  /** Its size. */
  public static final int REGISTER_BYTES = HostRegister.SPACE_BYTES;

  /** BAR of device memory, 64 bits wide; as large as the memory. */
  public static final int MEMORY_BAR = 2;

  /** BAR of the MSI-X table, at its begin, and of the pending bits. */
  public static final int MSIX_BAR = 4;

  /** Its size. */
  public static final int MSIX_BYTES = 4096;

  /** Where in it the pending bits are. */
  public static final int MSIX_PENDING = 0x800;

  private PciFunction() {}
}
