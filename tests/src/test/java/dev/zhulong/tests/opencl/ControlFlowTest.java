package dev.zhulong.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random control-flow graphs, reducible and not, without merge instructions, run by many lanes that
 * part ways everywhere, against a walk through the same graph in Java. {@code -Dzl.seed=…} repeats
 * a run.
 */
class ControlFlowTest {
  private static final int INVOCATIONS = 64;
  private static final int FUEL = 40;
  private static final long SEED = Long.getLong("zl.seed", System.nanoTime() & 0xffff_ffffL);

  /** A block: it mixes its number into the state and goes on by a bit of it. */
  private record Block(int id, int dominator, List<Integer> next, boolean backward) {}

  @ParameterizedTest
  @CsvSource({"sim:, 300, true", "sim:, 300, false"})
  void randomGraphsAreWalked(String device, int graphs, boolean reducible) throws CompileException {
    Random random = new Random(SEED);
    try (Gpu gpu = Gpu.open(device);
        Buffer out = gpu.allocate(4 * INVOCATIONS)) {
      for (int n = 0; n < graphs; n++) {
        List<Block> graph = graph(random, 3 + random.nextInt(14), reducible);
        String text = text(graph);
        int[] expected = new int[INVOCATIONS];
        for (int i = 0; i < INVOCATIONS; i++) {
          expected[i] = walk(graph, i * 0x9e3779b9);
        }
        for (int level = 0; level <= 2; level += 2) {
          CompileOptions options = new CompileOptions(null, Map.of(), level);
          try (Kernel kernel = gpu.load(compile(text, options), "graph")) {
            kernel.launch(2).bind(0, out).submit().await();
          }
          assertArrayEquals(
              expected,
              out.readInts(),
              "seed " + SEED + ", graph " + n + ", -O " + level + "\n" + text);
        }
      }
    }
  }

  @Test
  void aLoopMayHaveTwoEntries() throws CompileException {
    List<Block> graph =
        List.of(
            new Block(0, 0, List.of(1, 2), false),
            new Block(1, 0, List.of(2, 3), false),
            new Block(2, 0, List.of(1, 3), true),
            new Block(3, 0, List.of(), false));
    try (Gpu gpu = Gpu.open("sim:");
        Buffer out = gpu.allocate(4 * INVOCATIONS);
        Kernel kernel = gpu.load(compile(text(graph), CompileOptions.defaults()), "graph")) {
      kernel.launch(2).bind(0, out).submit().await();
      int[] made = out.readInts();
      for (int i = 0; i < INVOCATIONS; i++) {
        assertEquals(walk(graph, i * 0x9e3779b9), made[i], "invocation " + i);
      }
    }
  }

  private static byte[] compile(String text, CompileOptions options) throws CompileException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ShaderCompiler.compile(new ShaderSource("g", Language.SPIRV_TEXT, bytes), options).elf();
  }

  /** Edges go forward, or back: to a dominator, which keeps the graph reducible, or anywhere. */
  private static List<Block> graph(Random random, int size, boolean reducible) {
    List<List<Integer>> next = new ArrayList<>();
    List<List<Integer>> before = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      next.add(new ArrayList<>());
      before.add(new ArrayList<>());
    }
    for (int n = 1; n < size; n++) {
      // Every block can be reached.
      int from = random.nextInt(Math.max(0, n - 4), n);
      next.get(from).add(n);
      before.get(n).add(from);
    }
    for (int n = 0; n < size - 1; n++) {
      int more = next.get(n).isEmpty() ? 1 : random.nextInt(3);
      for (int k = 0; k < more; k++) {
        int to = random.nextInt(n + 1, Math.min(size, n + 6));
        if (!next.get(n).contains(to)) {
          next.get(n).add(to);
          before.get(to).add(n);
        }
      }
    }
    int[] dominator = dominators(before);
    boolean[] backward = new boolean[size];
    for (int n = 1; n < size; n++) {
      backward[n] = !next.get(n).isEmpty() && random.nextInt(3) == 0;
      if (backward[n]) {
        int to = reducible ? n : random.nextInt(1, n + 1);
        for (int up = random.nextInt(4); reducible && up > 0 && dominator[to] != 0; up--) {
          to = dominator[to];
        }
        // The first target is the one behind, taken only while there is fuel.
        next.get(n).addFirst(to);
        before.get(to).add(n);
      }
    }
    dominator = dominators(before);
    List<Block> made = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      made.add(new Block(n, dominator[n], next.get(n), backward[n]));
    }
    return made;
  }

  /** Each block has a smaller number than those that it dominates. */
  private static int[] dominators(List<List<Integer>> before) {
    int[] made = new int[before.size()];
    boolean changed = true;
    for (int n = 0; n < made.length; n++) {
      made[n] = n == 0 ? 0 : before.get(n).getFirst();
    }
    while (changed) {
      changed = false;
      for (int n = 1; n < made.length; n++) {
        int common = before.get(n).getFirst();
        for (int other : before.get(n)) {
          int x = common;
          int y = other;
          while (x != y) {
            if (x > y) {
              x = made[x];
            } else {
              y = made[y];
            }
          }
          common = x;
        }
        changed |= made[n] != common;
        made[n] = common;
      }
    }
    return made;
  }

  private static int walk(List<Block> graph, int seed) {
    int state = seed;
    int fuel = FUEL;
    int[] made = new int[graph.size()];
    Block block = graph.getFirst();
    while (true) {
      state = state * 31 + block.id + (block.id == 0 ? 0 : made[block.dominator]);
      made[block.id] = state;
      fuel--;
      int count = block.next.size();
      if (count == 0) {
        return state;
      }
      int chosen = (state >>> 9) % count & 0xff;
      if (block.backward && fuel <= 0 && chosen == 0) {
        chosen = 1;
      }
      block = graph.get(block.next.get(chosen));
    }
  }

  private static String text(List<Block> graph) {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        ; Version: 1.0
        OpCapability Addresses
        OpCapability Kernel
        OpMemoryModel Physical32 OpenCL
        OpEntryPoint Kernel %main "graph" %gid
        OpExecutionMode %main LocalSize 32 1 1
        OpDecorate %gid BuiltIn GlobalInvocationId
        %void = OpTypeVoid
        %bool = OpTypeBool
        %uint = OpTypeInt 32 0
        %uint3 = OpTypeVector %uint 3
        %in = OpTypePointer Input %uint3
        %out = OpTypePointer CrossWorkgroup %uint
        %type = OpTypeFunction %void %out
        %n0 = OpConstant %uint 0
        %n1 = OpConstant %uint 1
        %n9 = OpConstant %uint 9
        %n31 = OpConstant %uint 31
        %n255 = OpConstant %uint 255
        %golden = OpConstant %uint 2654435769
        """);
    out.append("%fuel = OpConstant %uint ").append(FUEL).append('\n');
    for (int n = 0; n < graph.size(); n++) {
      out.append("%id").append(n).append(" = OpConstant %uint ").append(n).append('\n');
    }
    for (int n = 2; n < 9; n++) {
      out.append("%c").append(n).append(" = OpConstant %uint ").append(n).append('\n');
    }
    out.append(
        """
        %gid = OpVariable %in Input
        %main = OpFunction %void None %type
        %y = OpFunctionParameter %out
        %entry = OpLabel
        %ids = OpLoad %uint3 %gid
        %i = OpCompositeExtract %uint %ids 0
        %seed = OpIMul %uint %i %golden
        OpBranch %b0
        """);
    for (Block block : graph) {
      block(graph, block, out);
    }
    out.append("OpFunctionEnd\n");
    return out.toString();
  }

  private static void block(List<Block> graph, Block block, StringBuilder out) {
    int n = block.id;
    StringBuilder states = new StringBuilder();
    StringBuilder fuels = new StringBuilder();
    if (n == 0) {
      states.append(" %seed %entry");
      fuels.append(" %fuel %entry");
    }
    for (Block from : graph) {
      if (from.next.contains(n)) {
        states.append(" %s").append(from.id).append(" %b").append(from.id);
        fuels.append(" %f").append(from.id).append(" %b").append(from.id);
      }
    }
    line(out, "%b", n, " = OpLabel");
    line(out, "%p", n, " = OpPhi %uint", states);
    line(out, "%g", n, " = OpPhi %uint", fuels);
    line(out, "%m", n, " = OpIMul %uint %p", n, " %n31");
    line(out, "%a", n, " = OpIAdd %uint %m", n, " %id", n);
    line(out, "%s", n, " = OpIAdd %uint %a", n, n == 0 ? " %n0" : " %s" + block.dominator);
    line(out, "%f", n, " = OpISub %uint %g", n, " %n1");
    int count = block.next.size();
    if (count == 0) {
      line(out, "%q", n, " = OpInBoundsPtrAccessChain %out %y %i");
      line(out, "OpStore %q", n, " %s", n);
      line(out, "OpReturn");
      return;
    }
    line(out, "%h", n, " = OpShiftRightLogical %uint %s", n, " %n9");
    line(out, "%r", n, " = OpUMod %uint %h", n, count == 1 ? " %n1" : " %c" + count);
    String chosen = "%r" + n;
    if (block.backward) {
      line(out, "%e", n, " = OpSLessThanEqual %bool %f", n, " %n0");
      line(out, "%z", n, " = OpIEqual %bool %r", n, " %n0");
      line(out, "%x", n, " = OpLogicalAnd %bool %e", n, " %z", n);
      line(out, "%k", n, " = OpSelect %uint %x", n, " %n1 %r", n);
      chosen = "%k" + n;
    }
    if (count == 1) {
      line(out, "OpBranch %b", block.next.getFirst());
    } else if (count == 2) {
      line(out, "%t", n, " = OpIEqual %bool ", chosen, " %n0");
      line(out, "OpBranchConditional %t", n, " %b", block.next.get(0), " %b", block.next.get(1));
    } else {
      StringBuilder cases = new StringBuilder();
      for (int k = 1; k < count; k++) {
        cases.append(' ').append(k).append(" %b").append(block.next.get(k));
      }
      line(out, "OpSwitch ", chosen, " %b", block.next.getFirst(), cases);
    }
  }

  private static void line(StringBuilder out, Object... parts) {
    for (Object part : parts) {
      out.append(part);
    }
    out.append('\n');
  }
}
