package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** What is used of {@code linux/vfio.h}: requests, and layouts by the names there. */
final class vfio_h {
  static final int VFIO_API_VERSION = 0;
  static final int VFIO_TYPE1v2_IOMMU = 3;

  static final long VFIO_GET_API_VERSION = 0x3b64;
  static final long VFIO_CHECK_EXTENSION = 0x3b65;
  static final long VFIO_SET_IOMMU = 0x3b66;
  static final long VFIO_GROUP_GET_STATUS = 0x3b67;
  static final long VFIO_GROUP_SET_CONTAINER = 0x3b68;
  static final long VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;
  static final long VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;
  static final long VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;
  static final long VFIO_DEVICE_SET_IRQS = 0x3b6e;
  static final long VFIO_DEVICE_RESET = 0x3b6f;
  static final long VFIO_IOMMU_MAP_DMA = 0x3b71;
  static final long VFIO_IOMMU_UNMAP_DMA = 0x3b72;

  static final int VFIO_GROUP_FLAGS_VIABLE = 1;
  static final int VFIO_REGION_INFO_FLAG_MMAP = 4;
  static final int VFIO_IRQ_INFO_AUTOMASKED = 4;
  static final int VFIO_IRQ_SET_DATA_NONE = 1;
  static final int VFIO_IRQ_SET_DATA_EVENTFD = 4;
  static final int VFIO_IRQ_SET_ACTION_UNMASK = 16;
  static final int VFIO_IRQ_SET_ACTION_TRIGGER = 32;
  static final int VFIO_DMA_MAP_FLAG_READ = 1;
  static final int VFIO_DMA_MAP_FLAG_WRITE = 2;

  static final int VFIO_PCI_INTX_IRQ_INDEX = 0;
  static final int VFIO_PCI_MSI_IRQ_INDEX = 1;
  static final int VFIO_PCI_MSIX_IRQ_INDEX = 2;
  static final int VFIO_PCI_CONFIG_REGION_INDEX = 7;

  /** {@code struct vfio_group_status}. */
  static final StructLayout vfio_group_status =
      MemoryLayout.structLayout(JAVA_INT.withName("argsz"), JAVA_INT.withName("flags"));

  /** {@code struct vfio_region_info}. */
  static final StructLayout vfio_region_info =
      MemoryLayout.structLayout(
          JAVA_INT.withName("argsz"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("index"),
          JAVA_INT.withName("cap_offset"),
          JAVA_LONG.withName("size"),
          JAVA_LONG.withName("offset"));

  /** {@code struct vfio_irq_info}. */
  static final StructLayout vfio_irq_info =
      MemoryLayout.structLayout(
          JAVA_INT.withName("argsz"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("index"),
          JAVA_INT.withName("count"));

  /** {@code struct vfio_irq_set} and one descriptor behind it. */
  static final StructLayout vfio_irq_set =
      MemoryLayout.structLayout(
          JAVA_INT.withName("argsz"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("index"),
          JAVA_INT.withName("start"),
          JAVA_INT.withName("count"),
          JAVA_INT.withName("data"));

  /** {@code struct vfio_iommu_type1_dma_map}. */
  static final StructLayout vfio_iommu_type1_dma_map =
      MemoryLayout.structLayout(
          JAVA_INT.withName("argsz"),
          JAVA_INT.withName("flags"),
          JAVA_LONG.withName("vaddr"),
          JAVA_LONG.withName("iova"),
          JAVA_LONG.withName("size"));

  /** {@code struct vfio_iommu_type1_dma_unmap}. */
  static final StructLayout vfio_iommu_type1_dma_unmap =
      MemoryLayout.structLayout(
          JAVA_INT.withName("argsz"),
          JAVA_INT.withName("flags"),
          JAVA_LONG.withName("iova"),
          JAVA_LONG.withName("size"));

  private vfio_h() {}
}
