package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Functional coverage: what the instructions compared in lock-step have exercised. Each group has a
 * bin for every case that the machine's contract tells apart; a case that cannot occur, or that
 * random programs must not contain, has none, and {@link #RULES} says why.
 */
public final class Coverage {
  /** Why some cases have no bin, one sentence each. */
  public static final List<String> RULES =
      List.of(
          "lr.w and sc.w: the core may let sc.w fail where the simulator does not, so random programs"
              + " have no sc.w; the bench of the load-store unit tests it.",
          "ecall and ebreak only fault: they count as traps.",
          "Address registers have no operand classes: the patterns of addresses stand for them.",
          "tmc, wspawn, split, join, bar, pred and jalr: their operands are places and masks, not"
              + " values.",
          "wspawn and bar stand where no lanes are off, wspawn also where one lane is on: what they"
              + " wait for is other warps.",
          "fence.i is executed by whole warps, with the code that it makes visible.",
          "The trap timeout is the host's doing.",
          "Two lanes are never at depth 2, nor some but not all; one core has no barrier across cores;"
              + " of two warps some are one.");

  private static final String[] INTEGER_CLASSES = {"0", "1", "-1", "min", "max", "other"};
  private static final String[] FLOAT_CLASSES = {
    "+0", "-0", "subnormal", "normal", "infinity", "quiet NaN", "signalling NaN"
  };
  private static final String[] ROUNDING = {"rne", "rtz", "rdn", "rup", "rmm"};
  private static final String[] DEPTHS = {"depth 0", "depth 1", "depth 2", "depth 3+"};
  private static final String[] LANE_COUNTS = {"one lane", "some lanes", "all lanes"};
  private static final String[] SOURCES = {"rs1", "rs2", "rs3"};
  private static final char[] FLOAT_SOURCES = {'S', 'T', 'R'};
  private static final String[] PATTERNS = {
    "memory, one word",
    "memory, one line",
    "memory, two lines",
    "memory, more lines",
    "local, one word",
    "local, no bank conflict",
    "local, bank conflict",
    "local and memory"
  };
  private static final String[] OFFSETS = {"offset 0", "offset 1", "offset 2", "offset 3"};
  private static final String[] BARRIERS = {"alone", "some warps", "all warps", "across cores"};
  private static final String[] ACCESSES = {"", " on read", " on write", "", " on execute"};
  private static final int LINE_SHIFT = 6;
  private static final int LOCAL_HIGH = 0xffff;

  /**
   * A group of bins.
   *
   * @param name what they have in common
   * @param hit how many of them have been hit
   * @param missed names of the others
   */
  public record Group(String name, int hit, List<String> missed) {
    /** How many bins it has. */
    public int total() {
      return hit + missed.size();
    }
  }

  /** Counters of a group by index; an index without a name is no bin. */
  private static final class Bins {
    private final String name;
    private final String[] names;
    private final long[] hits;

    Bins(String name, int size) {
      this.name = name;
      this.names = new String[size];
      this.hits = new long[size];
    }

    void hit(int index) {
      hits[index]++;
    }

    Group group() {
      int[] bins = IntStream.range(0, names.length).filter(i -> names[i] != null).toArray();
      List<String> missed =
          Arrays.stream(bins).filter(i -> hits[i] == 0).mapToObj(i -> names[i]).toList();
      return new Group(name, bins.length - missed.size(), missed);
    }
  }

  private static final Instruction[] ALL = Instruction.values();
  private static final int CLASSES = 8;

  private final Bins integers = new Bins("integer operands", ALL.length * 3 * CLASSES);
  private final Bins floats = new Bins("float operands", ALL.length * 3 * CLASSES);
  private final Bins rounding = new Bins("rounding modes", ALL.length * 10);
  private final Bins depths = new Bins("divergence depth", ALL.length * DEPTHS.length);
  private final Bins laneCounts = new Bins("active lanes", ALL.length * LANE_COUNTS.length);
  private final Bins branches = new Bins("branches", ALL.length * 2);
  private final Bins patterns = new Bins("address patterns", ALL.length * PATTERNS.length);
  private final Bins offsets = new Bins("offsets in a word", ALL.length * OFFSETS.length);
  private final Bins protection = new Bins("protection", ALL.length * 2);
  private final Bins barriers = new Bins("barriers", BARRIERS.length);
  private final Bins traps = new Bins("traps", 16 * ACCESSES.length);

  private Coverage(boolean manyLanes, boolean manyWarps, boolean manyCores) {
    for (Instruction i : ALL) {
      if (!executes(i)) {
        continue;
      }
      nameOperands(i);
      int at = i.ordinal();
      if (i.has('m')) {
        for (int mode = 0; mode < 5; mode++) {
          rounding.names[at * 10 + mode] = i.mnemonic() + " " + ROUNDING[mode];
          rounding.names[at * 10 + 5 + mode] = i.mnemonic() + " dynamic " + ROUNDING[mode];
        }
      }
      boolean everywhere =
          i != Instruction.WSPAWN && i != Instruction.BAR && i != Instruction.FENCE_I;
      int most = manyLanes ? DEPTHS.length : 2;
      for (int depth = 0; depth < (everywhere ? most : 1); depth++) {
        depths.names[at * DEPTHS.length + depth] = i.mnemonic() + ", " + DEPTHS[depth];
      }
      for (int count = everywhere ? 0 : LANE_COUNTS.length - 1;
          count < LANE_COUNTS.length;
          count++) {
        if (i != Instruction.WSPAWN && (manyLanes || count != 1)) {
          laneCounts.names[at * LANE_COUNTS.length + count] =
              i.mnemonic() + ", " + LANE_COUNTS[count];
        }
      }
      if (i.has('p')) {
        branches.names[at * 2] = i.mnemonic() + " not taken";
        branches.names[at * 2 + 1] = i.mnemonic() + " taken";
      }
      if (memory(i)) {
        nameMemory(i, manyLanes);
      }
    }
    for (int i = 0; i < BARRIERS.length; i++) {
      boolean possible = i == 1 ? manyWarps : i != 3 || manyCores;
      barriers.names[i] = possible ? BARRIERS[i] : null;
    }
    nameTraps();
  }

  /** An empty collector for runs on a shape, which decides what can occur. */
  public static Coverage of(CoreShape shape) {
    return new Coverage(shape.lanes() > 2, shape.warps() > 2, shape.cores() > 1);
  }

  private static boolean executes(Instruction i) {
    return switch (i) {
      case ECALL, EBREAK, LR_W, SC_W -> false;
      default -> true;
    };
  }

  private static boolean memory(Instruction i) {
    return i.has('q') || i.has('0') || loads(i);
  }

  private static boolean loads(Instruction i) {
    return i.has('o') && i != Instruction.JALR;
  }

  private static boolean values(Instruction i) {
    return switch (i) {
      case TMC, WSPAWN, SPLIT, SPLIT_N, JOIN, BAR, PRED, PRED_N, JALR -> false;
      default -> true;
    };
  }

  private void nameOperands(Instruction i) {
    if (!values(i)) {
      return;
    }
    if (i.has('s') && !memory(i)) {
      name(integers, i, 0, INTEGER_CLASSES);
    }
    if (i.has('t')) {
      name(integers, i, 1, INTEGER_CLASSES);
    }
    if (i.has('S')) {
      name(floats, i, 0, FLOAT_CLASSES);
    }
    if (i.has('T')) {
      name(floats, i, 1, FLOAT_CLASSES);
    }
    if (i.has('R')) {
      name(floats, i, 2, FLOAT_CLASSES);
    }
    if (i.has('r')) {
      name(integers, i, 2, INTEGER_CLASSES);
    }
  }

  private static void name(Bins bins, Instruction i, int source, String[] classes) {
    for (int c = 0; c < classes.length; c++) {
      bins.names[(i.ordinal() * 3 + source) * CLASSES + c] =
          i.mnemonic() + " " + SOURCES[source] + " " + classes[c];
    }
  }

  private void nameMemory(Instruction i, boolean manyLanes) {
    int at = i.ordinal();
    for (int p = 0; p < PATTERNS.length; p++) {
      if (manyLanes || p != 3) {
        patterns.names[at * PATTERNS.length + p] = i.mnemonic() + ", " + PATTERNS[p];
      }
    }
    int size = 1 << width(i);
    for (int offset = 0; offset < 4; offset += size) {
      offsets.names[at * OFFSETS.length + offset] = i.mnemonic() + ", " + OFFSETS[offset];
    }
    protection.names[at * 2] = i.mnemonic() + " without regions";
    protection.names[at * 2 + 1] = i.mnemonic() + " in a region";
  }

  /** Logarithm of an access's size in bytes. */
  private static int width(Instruction i) {
    return i.match() >> 12 & 3;
  }

  private void nameTraps() {
    for (FaultCause cause : FaultCause.values()) {
      int[] accesses =
          switch (cause) {
            case NONE, TIMEOUT -> new int[0];
            case MISALIGNED, ACCESS -> new int[] {1, 2, 4};
            default -> new int[] {0};
          };
      for (int access : accesses) {
        traps.names[cause.code() * ACCESSES.length + access] = cause + ACCESSES[access];
      }
    }
  }

  // ---------------------------------------------------------------- collecting

  /**
   * One instruction, as its warp stood before it.
   *
   * @param rows words of rs1, rs2 and rs3 a lane; null where the instruction has no such operand
   */
  record Event(
      Instruction instruction, int word, int pc, int lanes, int depth, int mode, int[][] rows) {}

  void executed(Event event, int lanesOfWarp, int warps, int nextPc, boolean regions) {
    Instruction i = event.instruction();
    int at = i.ordinal();
    int active = Integer.bitCount(event.lanes());
    depths.hit(at * DEPTHS.length + Math.min(event.depth(), DEPTHS.length - 1));
    laneCounts.hit(at * LANE_COUNTS.length + (active == lanesOfWarp ? 2 : active == 1 ? 0 : 1));
    if (i.has('m')) {
      int field = InstructionDecoder.rm(event.word());
      rounding.hit(at * 10 + (field == InstructionEncoder.RM_DYNAMIC ? 5 + event.mode() : field));
    }
    if (i.has('p')) {
      branches.hit(at * 2 + (nextPc == event.pc() + 4 ? 0 : 1));
    }
    for (int source = 0; source < 3; source++) {
      int[] row = event.rows()[source];
      for (int lane = 0; row != null && lane < lanesOfWarp; lane++) {
        if ((event.lanes() >>> lane & 1) != 0) {
          boolean isFloat = i.has(FLOAT_SOURCES[source]);
          int kind = isFloat ? floatClass(row[lane]) : integerClass(row[lane]);
          (isFloat ? floats : integers).hit((at * 3 + source) * CLASSES + kind);
        }
      }
    }
    if (memory(i)) {
      addresses(event, lanesOfWarp, regions);
    }
    if (i == Instruction.BAR) {
      int leader = 31 - Integer.numberOfLeadingZeros(event.lanes());
      int count = event.rows()[1][leader];
      barriers.hit(event.rows()[0][leader] < 0 ? 3 : count <= 1 ? 0 : count < warps ? 1 : 2);
    }
  }

  void trapped(int cause, int access) {
    traps.hit(cause * ACCESSES.length + access);
  }

  private void addresses(Event event, int lanesOfWarp, boolean regions) {
    Instruction i = event.instruction();
    int word = event.word();
    int immediate =
        i.has('q')
            ? InstructionDecoder.immediateS(word)
            : loads(i) ? InstructionDecoder.immediateI(word) : 0;
    int[] addresses =
        IntStream.range(0, lanesOfWarp)
            .filter(lane -> (event.lanes() >>> lane & 1) != 0)
            .map(lane -> event.rows()[0][lane] + immediate)
            .toArray();
    int at = i.ordinal();
    for (int address : addresses) {
      offsets.hit(at * OFFSETS.length + (address & 3));
    }
    patterns.hit(at * PATTERNS.length + pattern(addresses, lanesOfWarp));
    protection.hit(at * 2 + (regions ? 1 : 0));
  }

  private static int pattern(int[] addresses, int banks) {
    long local = Arrays.stream(addresses).filter(a -> a >>> 16 == LOCAL_HIGH).count();
    long words = Arrays.stream(addresses).map(a -> a >>> 2).distinct().count();
    if (local == 0) {
      long lines = Arrays.stream(addresses).map(a -> a >>> LINE_SHIFT).distinct().count();
      return words == 1 ? 0 : (int) Math.min(lines, 3);
    }
    if (local < addresses.length) {
      return 7;
    }
    long used = Arrays.stream(addresses).map(a -> (a >>> 2) % banks).distinct().count();
    return words == 1 ? 4 : used == words ? 5 : 6;
  }

  private static int integerClass(int value) {
    return switch (value) {
      case 0 -> 0;
      case 1 -> 1;
      case -1 -> 2;
      case Integer.MIN_VALUE -> 3;
      case Integer.MAX_VALUE -> 4;
      default -> 5;
    };
  }

  private static int floatClass(int bits) {
    int magnitude = bits & 0x7fff_ffff;
    if (magnitude == 0) {
      return bits == 0 ? 0 : 1;
    }
    if (magnitude < 0x0080_0000) {
      return 2;
    }
    if (magnitude < 0x7f80_0000) {
      return 3;
    }
    return magnitude == 0x7f80_0000 ? 4 : (magnitude & 0x0040_0000) != 0 ? 5 : 6;
  }

  /** The groups and what they have missed. */
  public List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (Bins bins :
        List.of(
            integers,
            floats,
            rounding,
            depths,
            laneCounts,
            branches,
            patterns,
            offsets,
            protection,
            barriers,
            traps)) {
      groups.add(bins.group());
    }
    return groups;
  }
}
