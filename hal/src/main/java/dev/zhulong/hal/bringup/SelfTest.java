package dev.zhulong.hal.bringup;

import dev.zhulong.firmware.isa.CoreShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that compute with one unit of the core what is known, check by check. The number of the
 * first check that fails is the exit code; a program that finds nothing wrong leaves zero.
 *
 * @param unit its name
 * @param checks what is computed
 */
record SelfTest(String unit, List<Check> checks) {
  /**
   * A computation.
   *
   * @param what for people
   * @param code assembly text that leaves its result in a0; it may use a1 to a7 and t0 to t6
   * @param expected the result
   */
  record Check(String what, String code, int expected) {}

  private static Check check(String what, String code, int expected) {
    return new Check(what, code, expected);
  }

  private static String two(String instruction, long a, long b) {
    return "li a1, %d; li a2, %d; %s a0, a1, a2".formatted((int) a, (int) b, instruction);
  }

  private static Check integer(String instruction, long a, long b, long expected) {
    return check(instruction, two(instruction, a, b), (int) expected);
  }

  private static Check real(String instruction, float a, float b, float expected) {
    return check(
        instruction,
        "li a1, %d; fmv.w.x fa1, a1; li a2, %d; fmv.w.x fa2, a2; %s; fmv.x.w a0, fa0"
            .formatted(
                Float.floatToRawIntBits(a),
                Float.floatToRawIntBits(b),
                instruction + (instruction.startsWith("fsqrt") ? " fa0, fa1" : " fa0, fa1, fa2")),
        Float.floatToRawIntBits(expected));
  }

  /** The tests of a core of this shape. */
  static List<SelfTest> of(CoreShape shape) {
    List<SelfTest> tests = new ArrayList<>();
    tests.add(
        new SelfTest(
            "integer",
            List.of(
                integer("add", 0x7fffffff, 1, 0x80000000L),
                integer("sub", 5, 9, -4),
                integer("and", 0xff00ff00L, 0x0ff00ff0, 0x0f000f00),
                integer("or", 0x55555555, 0xaaaaaaaaL, -1),
                integer("xor", 0x12345678, -1, ~0x12345678),
                integer("sll", 0x12345678, 4, 0x23456780),
                integer("srl", 0x80000000L, 31, 1),
                integer("sra", 0x80000000L, 31, -1),
                integer("slt", -1, 1, 1),
                integer("sltu", -1, 1, 0),
                check("lui", "lui a0, 0xabcde", 0xabcde000),
                check("branches", "li a0, 1; li a1, 2; blt a1, a0, 1f; li a0, 7; 1:", 7))));
    tests.add(
        new SelfTest(
            "bit manipulation",
            List.of(
                integer("sh2add", 3, 100, 112),
                integer("andn", 0xff, 0x0f, 0xf0),
                integer("rol", 0x80000001L, 1, 3),
                integer("maxu", -1, 1, -1),
                integer("czero.eqz", 42, 0, 0),
                check("clz", "li a1, 1; clz a0, a1", 31),
                check("cpop", "li a1, 0xf0f0; cpop a0, a1", 8),
                check("rev8", "li a1, 0x12345678; rev8 a0, a1", 0x78563412))));
    tests.add(
        new SelfTest(
            "multiplier and divider",
            List.of(
                integer("mul", 123456789, 987654321, 123456789L * 987654321L),
                integer("mulh", -123456789, 987654321, -123456789L * 987654321L >> 32),
                integer("mulhu", -1, -1, -2),
                integer("div", -100, 7, -14),
                integer("rem", -100, 7, -2),
                integer("divu", -100, 7, Integer.divideUnsigned(-100, 7)),
                integer("div", 5, 0, -1),
                integer("rem", Integer.MIN_VALUE, -1, 0))));
    tests.add(
        new SelfTest(
            "floating point",
            List.of(
                real("fadd.s", 1.5f, 2.25f, 3.75f),
                real("fsub.s", 1e30f, 1e30f, 0f),
                real("fmul.s", 3.1415927f, -2f, -6.2831855f),
                real("fmul.s", 1e-30f, 1e-12f, 1e-30f * 1e-12f),
                real("fdiv.s", 1f, 3f, 1f / 3f),
                real("fsqrt.s", 2f, 0f, (float) Math.sqrt(2)),
                real("fmin.s", -0f, 0f, -0f),
                check(
                    "fmadd.s",
                    "li a1, 0x40400000; fmv.w.x fa1, a1; fmadd.s fa0, fa1, fa1, fa1; fmv.x.w a0, fa0",
                    Float.floatToRawIntBits(12f)),
                check(
                    "fcvt.w.s", "li a1, 0xc0200000; fmv.w.x fa1, a1; fcvt.w.s a0, fa1, rtz", -2),
                check(
                    "feq.s", "li a1, 0x7fc00000; fmv.w.x fa1, a1; feq.s a0, fa1, fa1", 0))));
    tests.add(
        new SelfTest(
            "loads and stores",
            List.of(
                check("lw", "li a1, 0x89abcdef; sw a1, 0(s1); lw a0, 0(s1)", 0x89abcdef),
                check("lb", "lb a0, 3(s1)", 0xffffff89),
                check("lbu", "lbu a0, 0(s1)", 0xef),
                check("lh", "lh a0, 0(s1)", 0xffffcdef),
                check("sb", "li a1, 0x11; sb a1, 1(s1); lw a0, 0(s1)", 0x89ab11ef),
                check("sh", "li a1, 0x2222; sh a1, 2(s1); lw a0, 0(s1)", 0x222211ef),
                check(
                    "a line of its own",
                    "li a1, 77; sw a1, 64(s1); fence; lw a0, 64(s1)",
                    77),
                check("local memory", "csrr a1, local_base; li a2, 99; sw a2, 8(a1); lw a0, 8(a1)",
                    99))));
    tests.add(
        new SelfTest(
            "atomics",
            List.of(
                check(
                    "amoadd.w",
                    "li a1, 40; sw a1, 128(s1); fence; addi a2, s1, 128; li a3, 2; amoadd.w a4, a3, (a2); "
                        + "amoadd.w a0, x0, (a2)",
                    42),
                check(
                    "amomaxu.w",
                    "addi a2, s1, 128; li a3, -1; amomaxu.w a4, a3, (a2); amoadd.w a0, x0, (a2)",
                    -1),
                check(
                    "lr.w and sc.w",
                    "addi a2, s1, 128; li a3, 5; 1: lr.w a4, (a2); sc.w a5, a3, (a2); bnez a5, 1b; "
                        + "amoadd.w a0, x0, (a2)",
                    5))));
    int lanes = shape.lanes();
    int all = lanes == 32 ? -1 : (1 << lanes) - 1;
    String everyLane = "li t0, %d; tmc t0; csrr t1, lane_id; ".formatted(all);
    String oneLane = "; li t0, 1; tmc t0";
    tests.add(
        new SelfTest(
            "lanes",
            List.of(
                check("tmc", everyLane + "csrr a0, active_lanes" + oneLane, all),
                check(
                    "vote.ballot",
                    everyLane + "andi t2, t1, 1; vote.ballot a0, t2" + oneLane,
                    all & 0xaaaaaaaa),
                check("vote.all", everyLane + "li t2, 1; vote.all a0, t2" + oneLane, 1),
                check(
                    "shfl.idx",
                    everyLane
                        + "slli t2, t1, 3; addi t2, t2, 5; li t3, %d; shfl.idx a0, t2, t3"
                            .formatted(1 | (lanes - 1) << 6)
                        + oneLane,
                    13),
                check(
                    "split and join",
                    everyLane
                        + "li a0, 0; andi t2, t1, 1; split t3, t2; beqz t2, 1f; addi a0, a0, 3; j 2f; "
                        + "1: addi a0, a0, 5; 2: join t3; vote.uni a1, a0; shfl.bfly a2, a0, t4; "
                        + "csrr a0, active_lanes"
                        + oneLane,
                    all))));
    tests.add(
        new SelfTest(
            "warps",
            List.of(
                check(
                    "wspawn, bar and amoadd.w",
                    ("sw x0, 192(s1); fence; la a2, 1f; li a1, %1$d; wspawn a1, a2; j 2f; "
                            + "1: csrr t0, core_id; slli t0, t0, 9; li s1, 0x20000; add s1, s1, t0; "
                            + "addi a3, s1, 192; li a4, 1; amoadd.w x0, a4, (a3); li a5, 0; li a6, %1$d; "
                            + "bar a5, a6; tmc x0; "
                            + "2: addi a3, s1, 192; li a4, 1; amoadd.w x0, a4, (a3); li a5, 0; "
                            + "li a6, %1$d; bar a5, a6; amoadd.w a0, x0, (a3)")
                        .formatted(shape.warps()),
                    shape.warps()))));
    return tests;
  }

  /** The program, for the assembler. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("_start:\n  csrr t0, core_id\n  slli t0, t0, 9\n  li s1, 0x20000\n");
    text.append("  add s1, s1, t0\n");
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      text.append("  li s0, ").append(i + 1).append('\n');
      text.append("  ").append(check.code().replace("; ", "\n  ")).append('\n');
      text.append("  li a1, ").append(check.expected()).append('\n');
      text.append("  beq a0, a1, 9f\n  j failed\n9:\n");
    }
    text.append("  j end\nfailed:\n  li t0, 0x88\n  sw s0, 0(t0)\nend:\n  fence\n  tmc x0\n");
    return text.toString();
  }
}
