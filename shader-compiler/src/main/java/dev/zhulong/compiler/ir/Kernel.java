package dev.zhulong.compiler.ir;

import dev.zhulong.firmware.link.KernelInfo;
import java.util.List;

/**
 * One compute entry point.
 *
 * @param name entry point name
 * @param group workgroup size in invocations, three numbers
 * @param localBytes local memory that a workgroup's shared variables take
 * @param argumentBytes size of the argument block
 * @param bindings resources with their places in the argument block
 * @param pushConstants push-constant scalars with their places in the argument block
 * @param body the program
 * @param proof conditions under which its bounds checks are needless
 */
public record Kernel(
    String name,
    List<Integer> group,
    int localBytes,
    int argumentBytes,
    List<KernelInfo.Binding> bindings,
    List<KernelInfo.PushConstant> pushConstants,
    Region body,
    KernelInfo.Proof proof) {

  /** A kernel without conditions. */
  public Kernel(
      String name,
      List<Integer> group,
      int localBytes,
      int argumentBytes,
      List<KernelInfo.Binding> bindings,
      List<KernelInfo.PushConstant> pushConstants,
      Region body) {
    this(
        name,
        group,
        localBytes,
        argumentBytes,
        bindings,
        pushConstants,
        body,
        KernelInfo.Proof.NONE);
  }

  /** Whether the warps of a workgroup need not run together: no barrier, no shared variables. */
  public boolean independent() {
    return localBytes == 0 && !containsBarrier(body);
  }

  private static boolean containsBarrier(Region region) {
    for (Instruction i : region.instructions()) {
      if (i.opcode() == Opcode.BARRIER || i.regions().stream().anyMatch(Kernel::containsBarrier)) {
        return true;
      }
    }
    return false;
  }
}
