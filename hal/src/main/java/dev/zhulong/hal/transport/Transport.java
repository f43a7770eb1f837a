package dev.zhulong.hal.transport;

import dev.zhulong.firmware.isa.MemoryMap;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The wires to one device: host registers, device memory and the interrupt line. Simulators and
 * silicon implement it, and the driver above uses nothing else, so that what runs on a simulator is
 * the code that runs on a board.
 *
 * <p>A transport is used by one thread at a time; the driver sees to that. Register accesses reach
 * the device in program order, and memory copied in is visible to a launch written after it.
 */
public interface Transport extends AutoCloseable {
  /** One line that tells a person what this is, for example the model and its configuration. */
  String description();

  /**
   * Reads a host register.
   *
   * @param offset byte offset, a multiple of 4 below {@code HostRegister.SPACE_BYTES}
   */
  int read32(int offset);

  /**
   * Writes a host register.
   *
   * @param offset byte offset, a multiple of 4 below {@code HostRegister.SPACE_BYTES}
   */
  void write32(int offset, int value);

  /**
   * Copies all of {@code source} to device memory.
   *
   * @param address first device address, unsigned 32-bit; the range must end by 2^32
   */
  void copyIn(long address, MemorySegment source);

  /**
   * Fills all of {@code target} from device memory.
   *
   * @param address first device address, unsigned 32-bit; the range must end by 2^32
   */
  void copyOut(long address, MemorySegment target);

  /**
   * First device address that this host may allocate; below it lies what is not memory for buffers,
   * or somebody else's.
   */
  default long bufferBase() {
    return MemoryMap.BUFFERS;
  }

  /**
   * Whether {@link #copyIn} and {@link #copyOut} are copies between two places in the host's own
   * memory, so that the device's copy engine cannot gain anything.
   */
  default boolean sharesMemory() {
    return false;
  }

  /**
   * Whether {@link #copyOut} gives all-ones, and no exception, when the device has gone. The driver
   * then reads a register after it, so that nobody takes them for data.
   */
  default boolean readsOnesWhenGone() {
    return false;
  }

  /**
   * Allocates memory that the device can reach.
   *
   * @param bytes a multiple of 64
   * @return nothing where the device cannot reach the host's memory
   */
  default Optional<HostMemory> hostMemory(long bytes) {
    return Optional.empty();
  }

  /**
   * What the device reaches of the host's memory, where the caller may decide that.
   *
   * @return nothing where the device has a host already
   */
  default Optional<HostBus> hostBus() {
    return Optional.empty();
  }

  /**
   * Puts the device's memory into a file that other processes can map from offset 0 on; before its
   * first use, because what it holds is lost.
   *
   * @return a descriptor that stays the device's, or nothing where that cannot be done
   */
  default OptionalInt shareMemory() {
    return OptionalInt.empty();
  }

  /**
   * Lets the device work until its interrupt line is high or the budget is used up.
   *
   * @param maxCycles budget in device cycles, for devices whose time is simulated
   * @param timeout budget in wall-clock time, for every device
   * @return whether the interrupt line is high
   */
  boolean awaitInterrupt(long maxCycles, Duration timeout);

  /**
   * Releases the device. Further calls on this object have no defined effect; the driver bars them.
   */
  @Override
  void close();
}
