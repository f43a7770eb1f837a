package dev.zhulong.hal.linux;

/**
 * How a PCI function reaches the host's memory.
 *
 * @param addressBits bits of the addresses that it can put on the bus
 * @param physical whether it may reach memory where no IOMMU guards it: it can then overwrite any
 *     of it
 */
public record PciDma(int addressBits, boolean physical) {
  /** All addresses, and only behind an IOMMU. */
  public static final PciDma GUARDED = new PciDma(Long.SIZE, false);

  /** All addresses, also without an IOMMU. */
  public static final PciDma PHYSICAL = new PciDma(Long.SIZE, true);
}
