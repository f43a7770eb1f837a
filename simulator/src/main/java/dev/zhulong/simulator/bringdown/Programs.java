package dev.zhulong.simulator.bringdown;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The kernels of a bring-down, written in assembly so that they can do what a compiler refuses. */
final class Programs {
  /** Workgroups of every launch; the second one of a victim is the one that does it. */
  static final int GROUPS = 4;

  /** Bytes of the victim's buffer: the streams' window and what they reach beyond it. */
  static final int VICTIM_BYTES = 0x1_0080;

  /** The other workgroups of a victim are at work meanwhile, with loads and stores of their own. */
  private static final String VICTIM =
      """
      _start:
        csrr t0, mscratch
        lw a0, 0(t0)
        lw a2, 8(t0)
        csrr t0, group_id_x
        addi t0, t0, -1
        beqz t0, bad
        csrr t2, mhartid
        slli t2, t2, 2
        add a1, a0, t2
        li t3, 40
      work:
        sw t3, 0(a1)
        lw t4, 0(a1)
        addi t3, t3, -1
        bnez t3, work
        tmc x0
      bad:
        li t3, 0
      """;

  /**
   * out[i] = f(in[i ^ 1]) through local memory, a barrier and a divergent branch, plus registers
   * that nobody wrote: right only if the last program left nothing behind.
   */
  private static final String CHECK =
      """
      _start:
        csrr t0, mscratch
        lw a0, 0(t0)
        lw a1, 8(t0)
        csrr t1, group_id_x
        csrr t2, group_size_x
        mul t1, t1, t2
        csrr t2, local_id_x
        add t1, t1, t2
        slli t1, t1, 2
        add a0, a0, t1
        add a1, a1, t1
        lw t3, 0(a0)
        csrr t4, group_local_base
        slli t2, t2, 2
        add t5, t4, t2
        sw t3, 0(t5)
        csrr a2, slot_id
        csrr a3, group_warps
        bar a2, a3
        xori t2, t2, 4
        add t5, t4, t2
        lw t3, 0(t5)
        andi t6, t3, 1
        split a4, t6
        beqz t6, even
        slli t3, t3, 1
        j joined
      even:
        addi t3, t3, 9
      joined:
        join a4
        add t3, t3, s5
        fmv.x.w t4, fs3
        add t3, t3, t4
        csrr t4, fcsr
        add t3, t3, t4
        sw t3, 0(a1)
        tmc x0
      """;

  private Programs() {}

  /** What the check kernel computes for the word that its neighbour read. */
  static int checked(int neighbour) {
    return (neighbour & 1) != 0 ? neighbour << 1 : neighbour + 9;
  }

  /** The check kernel, with workgroups of two warps. */
  static byte[] check(int lanes) {
    List<KernelInfo.Binding> bindings =
        List.of(
            new KernelInfo.Binding(0, 0, "In", 0, 0, 4, "u32", true, false),
            new KernelInfo.Binding(0, 1, "Out", 8, 0, 4, "u32", false, true));
    return kernel("check", lanes, 8 * lanes, 16, bindings, List.of(), CHECK).toBytes();
  }

  /** The kernel of a scenario, with workgroups of two warps. */
  static ElfFile victim(Scenario scenario, int lanes) {
    List<KernelInfo.Binding> bindings =
        List.of(new KernelInfo.Binding(0, 0, "Victim", 0, 0, 4, "u32", true, true));
    List<KernelInfo.PushConstant> pushes =
        List.of(new KernelInfo.PushConstant("forbidden", "u32", 0, 8));
    String text = VICTIM + scenario.body();
    if (scenario.cause() != FaultCause.TIMEOUT) {
      // A core that overlooks the fault ends the warp, which is then seen.
      text += "  tmc x0\n";
    }
    return kernel(name(scenario), lanes, 0, 12, bindings, pushes, text);
  }

  static String name(Scenario scenario) {
    return scenario.name().replace(' ', '_');
  }

  private static ElfFile kernel(
      String name,
      int lanes,
      int localBytes,
      int argumentBytes,
      List<KernelInfo.Binding> bindings,
      List<KernelInfo.PushConstant> pushes,
      String text) {
    KernelInfo info =
        new KernelInfo(
            name, 2 * lanes, 1, 1, localBytes, 0, false, false, argumentBytes, bindings, pushes);
    ElfFile program = Assembler.assemble(text, name + ".s");
    List<ElfFile.Section> sections = new ArrayList<>(program.sections());
    sections.add(
        ElfFile.Section.of(
            KernelInfo.SECTION, 0, 0, 1, info.toText().getBytes(StandardCharsets.UTF_8)));
    return ElfFile.executable(name, program.entry(), program.flags(), sections, program.symbols());
  }

  /** The address of a program's label. */
  static long label(ElfFile program, String name) {
    return program.symbols().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(program.name() + " has no label " + name))
        .value();
  }
}
