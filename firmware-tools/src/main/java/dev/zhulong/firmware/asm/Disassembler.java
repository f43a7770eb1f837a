package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.link.ElfFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Turns code back into text, as {@code objdump -d} of GNU binutils does. One object disassembles
 * one stretch of code in order: it remembers upper immediates, to tell what addresses they become.
 */
public final class Disassembler {
  private static final long NONE = -1;

  private final List<ElfFile.Symbol> symbols;
  private SourceLines source = SourceLines.NONE;
  private final long globalPointer;
  private final long[] upper = new long[32];

  /** A disassembler that names addresses by these symbols; may be empty. */
  public Disassembler(List<ElfFile.Symbol> symbols) {
    List<ElfFile.Symbol> sorted = new ArrayList<>();
    long gp = NONE;
    for (ElfFile.Symbol s : symbols) {
      if (s.section() != null && s.type() < 3 && !s.name().isEmpty() && !s.name().startsWith("$")) {
        sorted.add(s);
        gp = s.name().equals("__global_pointer$") ? s.value() : gp;
      }
    }
    // Of several names for one address GNU takes functions first, then global names, then by name.
    sorted.sort(
        Comparator.comparingLong(ElfFile.Symbol::value)
            .thenComparing(s -> s.type() == 2 ? 0 : s.type() == 1 ? 1 : 2)
            .thenComparing(s -> s.global() ? 0 : 1)
            .thenComparing(ElfFile.Symbol::name));
    this.symbols = sorted;
    this.globalPointer = gp;
    Arrays.fill(upper, NONE);
  }

  /** The text of one word without any context, for messages. */
  public static String describe(int word, long pc) {
    return new Disassembler(List.of()).text(word, pc).replace('\t', ' ');
  }

  /** The whole listing of a file's executable sections, as {@code objdump -d} prints it. */
  public static String listing(ElfFile file) {
    return listing(file, SourceLines.NONE);
  }

  /** The same, with the source lines before the instructions that they became. */
  public static String listing(ElfFile file, SourceLines source) {
    StringBuilder out = new StringBuilder();
    out.append('\n').append(file.name()).append(":     file format elf32-littleriscv\n\n");
    for (ElfFile.Section section : file.sections()) {
      if ((section.flags() & ElfFile.EXECUTE) != 0 && section.bytes().length > 0) {
        Disassembler disassembler = new Disassembler(file.symbols());
        disassembler.source = source;
        disassembler.section(section, out);
      }
    }
    return out.toString();
  }

  private void section(ElfFile.Section section, StringBuilder out) {
    out.append("\nDisassembly of section ").append(section.name()).append(":\n");
    ByteBuffer code = ByteBuffer.wrap(section.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    boolean first = true;
    String place = "";
    for (int at = 0; at + 4 <= code.limit(); at += 4) {
      long pc = section.address() + at;
      ElfFile.Symbol label = labelAt(pc, section.name());
      if (label != null || first) {
        String name = label != null ? label.name() : section.name();
        out.append(String.format("%n%08x <%s>:%n", pc, name));
      }
      first = false;
      String next = source.at(pc);
      if (!next.isEmpty() && !next.equals(place)) {
        out.append(next).append('\n');
        place = next;
      }
      int word = code.getInt(at);
      String hex = Long.toHexString(pc);
      out.append(" ".repeat(Math.max(0, 4 - hex.length())))
          .append(String.format("%s:\t%08x          \t%s%n", hex, word, text(word, pc)));
    }
  }

  private ElfFile.Symbol labelAt(long address, String section) {
    ElfFile.Symbol found = null;
    for (ElfFile.Symbol s : symbols) {
      if (found == null && s.value() == address && section.equals(s.section())) {
        found = s;
      }
    }
    return found;
  }

  /** The text of the next word, mnemonic and operands parted by a tab. */
  public String text(int word, long pc) {
    Instruction instruction = InstructionDecoder.decode(word);
    if (instruction == null) {
      return String.format(".word\t0x%08x", word);
    }
    long[] note = {NONE};
    String text = alias(instruction, word, pc, note);
    if (text == null) {
      text = plain(instruction, word, pc, note);
    }
    return note[0] == NONE ? text : text + " # " + address(note[0]);
  }

  private static int rd(int word) {
    return InstructionDecoder.rd(word);
  }

  private static String x(int number) {
    return Names.integer(number);
  }

  private static String f(int number) {
    return Names.floating(number);
  }

  private String address(long target) {
    String hex = Long.toHexString(target);
    ElfFile.Symbol best = null;
    for (ElfFile.Symbol s : symbols) {
      if (s.value() <= target && (best == null || s.value() > best.value())) {
        best = s;
      }
    }
    if (symbols.isEmpty()) {
      return "0x" + hex;
    }
    if (best == null) {
      ElfFile.Symbol first = symbols.getFirst();
      return hex + " <" + first.name() + "-0x" + Long.toHexString(first.value() - target) + ">";
    }
    long offset = target - best.value();
    return hex + " <" + best.name() + (offset == 0 ? "" : "+0x" + Long.toHexString(offset)) + ">";
  }

  /** The address that base and offset make, where the base is known. */
  private void noteAddress(long[] note, int base, int offset) {
    if (upper[base] != NONE) {
      note[0] = (base == 0 ? 0 : upper[base]) + offset & 0xffff_ffffL;
      upper[base] = NONE;
    } else if (base == 3 && globalPointer != NONE) {
      note[0] = globalPointer + offset & 0xffff_ffffL;
    } else if (base == 4 || base == 0) {
      note[0] = offset & 0xffff_ffffL;
    }
  }

  private String alias(Instruction instruction, int word, long pc, long[] note) {
    int rd = rd(word);
    int rs1 = InstructionDecoder.rs1(word);
    int rs2 = InstructionDecoder.rs2(word);
    int i = InstructionDecoder.immediateI(word);
    return switch (instruction) {
      case ADDI -> {
        if (rs1 == 0 && rd == 0 && i == 0) {
          yield "nop";
        }
        if (rs1 == 0) {
          yield "li\t" + x(rd) + "," + i;
        }
        yield i == 0 ? "mv\t" + x(rd) + "," + x(rs1) : null;
      }
      case XORI -> i == -1 ? "not\t" + x(rd) + "," + x(rs1) : null;
      case ANDI -> i == 255 ? "zext.b\t" + x(rd) + "," + x(rs1) : null;
      case SLTIU -> i == 1 ? "seqz\t" + x(rd) + "," + x(rs1) : null;
      case SUB -> rs1 == 0 ? "neg\t" + x(rd) + "," + x(rs2) : null;
      case SLTU -> rs1 == 0 ? "snez\t" + x(rd) + "," + x(rs2) : null;
      case SLT ->
          rs2 == 0
              ? "sltz\t" + x(rd) + "," + x(rs1)
              : rs1 == 0 ? "sgtz\t" + x(rd) + "," + x(rs2) : null;
      case BEQ -> rs2 == 0 ? branch("beqz", rs1, word, pc) : null;
      case BNE -> rs2 == 0 ? branch("bnez", rs1, word, pc) : null;
      case BLT ->
          rs2 == 0
              ? branch("bltz", rs1, word, pc)
              : rs1 == 0 ? branch("bgtz", rs2, word, pc) : null;
      case BGE ->
          rs1 == 0
              ? branch("blez", rs2, word, pc)
              : rs2 == 0 ? branch("bgez", rs1, word, pc) : null;
      case JAL -> {
        String target = address(pc + InstructionDecoder.immediateJ(word) & 0xffff_ffffL);
        yield rd == 0 ? "j\t" + target : rd == 1 ? "jal\t" + target : null;
      }
      case JALR -> jumpRegister(rd, rs1, i, note);
      case FSGNJ_S -> rs1 == rs2 ? "fmv.s\t" + f(rd) + "," + f(rs1) : null;
      case FSGNJN_S -> rs1 == rs2 ? "fneg.s\t" + f(rd) + "," + f(rs1) : null;
      case FSGNJX_S -> rs1 == rs2 ? "fabs.s\t" + f(rd) + "," + f(rs1) : null;
      case FENCE -> fence(word);
      case CSRRS -> rs1 == 0 ? csrRead(rd, word) : rd == 0 ? csrWrite("csrs", x(rs1), word) : null;
      case CSRRW -> csrSwap(rd, rs1, word);
      case CSRRC -> rd == 0 ? csrWrite("csrc", x(rs1), word) : null;
      case CSRRWI -> csrSwapImmediate(rd, rs1, word);
      case CSRRSI -> rd == 0 ? csrWrite("csrs", Integer.toString(rs1), word) : null;
      case CSRRCI -> rd == 0 ? csrWrite("csrc", Integer.toString(rs1), word) : null;
      default -> null;
    };
  }

  private String branch(String name, int register, int word, long pc) {
    return name
        + "\t"
        + x(register)
        + ","
        + address(pc + InstructionDecoder.immediateB(word) & 0xffff_ffffL);
  }

  private String jumpRegister(int rd, int rs1, int i, long[] note) {
    if (i == 0 && rd == 0 && rs1 == 1) {
      return "ret";
    }
    noteAddress(note, rs1, i);
    // GNU looks at the base twice, once for each of its two operands, and the second look counts.
    if (i != 0) {
      noteAddress(note, rs1, i);
    }
    if (i == 0 && rd <= 1) {
      return (rd == 0 ? "jr\t" : "jalr\t") + x(rs1);
    }
    String target = i + "(" + x(rs1) + ")";
    if (rd == 0) {
      return "jr\t" + target;
    }
    if (rd == 1) {
      return "jalr\t" + target;
    }
    return i == 0 ? "jalr\t" + x(rd) + "," + x(rs1) : "jalr\t" + x(rd) + "," + target;
  }

  private static String fence(int word) {
    int predecessor = word >> 24 & 15;
    int successor = word >> 20 & 15;
    if (word >>> 28 == 8 && predecessor == 3 && successor == 3) {
      return "fence.tso";
    }
    if (word == 0x0100000f) {
      return "pause";
    }
    return predecessor == 15 && successor == 15
        ? "fence"
        : "fence\t" + fenceSet(predecessor) + "," + fenceSet(successor);
  }

  private static String fenceSet(int set) {
    if (set == 0) {
      return "unknown";
    }
    return ((set & 8) != 0 ? "i" : "")
        + ((set & 4) != 0 ? "o" : "")
        + ((set & 2) != 0 ? "r" : "")
        + ((set & 1) != 0 ? "w" : "");
  }

  private static String csrRead(int rd, int word) {
    return switch (InstructionDecoder.csr(word)) {
      case 1 -> "frflags\t" + x(rd);
      case 2 -> "frrm\t" + x(rd);
      case 3 -> "frcsr\t" + x(rd);
      case 0xC00 -> "rdcycle\t" + x(rd);
      case 0xC01 -> "rdtime\t" + x(rd);
      case 0xC02 -> "rdinstret\t" + x(rd);
      case 0xC80 -> "rdcycleh\t" + x(rd);
      case 0xC81 -> "rdtimeh\t" + x(rd);
      case 0xC82 -> "rdinstreth\t" + x(rd);
      default -> "csrr\t" + x(rd) + "," + Names.csr(InstructionDecoder.csr(word));
    };
  }

  private static String csrWrite(String name, String operand, int word) {
    return name + "\t" + Names.csr(InstructionDecoder.csr(word)) + "," + operand;
  }

  private static String csrSwap(int rd, int rs1, int word) {
    String name =
        switch (InstructionDecoder.csr(word)) {
          case 1 -> "fsflags";
          case 2 -> "fsrm";
          case 3 -> "fscsr";
          default -> null;
        };
    if (name != null) {
      return name + "\t" + (rd == 0 ? "" : x(rd) + ",") + x(rs1);
    }
    if (word == 0xc0001073) {
      return "unimp";
    }
    return rd == 0 ? csrWrite("csrw", x(rs1), word) : null;
  }

  private static String csrSwapImmediate(int rd, int immediate, int word) {
    String name =
        switch (InstructionDecoder.csr(word)) {
          case 1 -> "fsflagsi";
          case 2 -> "fsrmi";
          default -> null;
        };
    if (name != null) {
      return name + "\t" + x(rd) + "," + immediate;
    }
    return rd == 0 ? csrWrite("csrw", Integer.toString(immediate), word) : null;
  }

  /** GNU prints the immediate forms of some instructions by the names of the register forms. */
  private static String printedName(Instruction instruction) {
    return switch (instruction) {
      case ADDI, ANDI, ORI, XORI, SLLI, SRLI, SRAI, RORI, CSRRWI, CSRRSI, CSRRCI ->
          instruction.mnemonic().substring(0, instruction.mnemonic().length() - 1);
      default -> instruction.mnemonic();
    };
  }

  private String plain(Instruction instruction, int word, long pc, long[] note) {
    int rd = rd(word);
    int rs1 = InstructionDecoder.rs1(word);
    StringBuilder out = new StringBuilder(printedName(instruction));
    if (instruction.operands().contains("0(s)")) {
      out.append((word >> 26 & 1) != 0 ? ".aq" : "").append((word >> 25 & 1) != 0 ? "rl" : "");
      if ((word >> 25 & 3) == 1) {
        out.insert(out.length() - 2, ".");
      }
    }
    String separator = "\t";
    String operands = instruction.operands();
    for (int i = 0; i < operands.length(); i++) {
      String part =
          switch (operands.charAt(i)) {
            case 'd' -> x(rd);
            case 's' -> x(rs1);
            case 't' -> x(InstructionDecoder.rs2(word));
            case 'D' -> f(rd);
            case 'S' -> f(rs1);
            case 'T' -> f(InstructionDecoder.rs2(word));
            case 'r' -> x(InstructionDecoder.rs3(word));
            case 'R' -> f(InstructionDecoder.rs3(word));
            case 'j' -> {
              if (instruction == Instruction.ADDI) {
                noteAddress(note, rs1, InstructionDecoder.immediateI(word));
              }
              yield Integer.toString(InstructionDecoder.immediateI(word));
            }
            case 'o' -> {
              noteAddress(note, rs1, InstructionDecoder.immediateI(word));
              i += 3;
              yield InstructionDecoder.immediateI(word) + "(" + x(rs1) + ")";
            }
            case 'q' -> {
              noteAddress(note, rs1, InstructionDecoder.immediateS(word));
              i += 3;
              yield InstructionDecoder.immediateS(word) + "(" + x(rs1) + ")";
            }
            case '0' -> {
              i += 3;
              yield "(" + x(rs1) + ")";
            }
            case 'p' -> address(pc + InstructionDecoder.immediateB(word) & 0xffff_ffffL);
            case 'a' -> address(pc + InstructionDecoder.immediateJ(word) & 0xffff_ffffL);
            case 'u' -> {
              long high = InstructionDecoder.immediateU(word) & 0xffff_ffffL;
              upper[rd] = instruction == Instruction.AUIPC ? pc + high & 0xffff_ffffL : high;
              yield "0x" + Integer.toHexString(word >>> 12);
            }
            case '>' -> "0x" + Integer.toHexString(InstructionDecoder.rs2(word));
            case 'E' -> Names.csr(InstructionDecoder.csr(word));
            case 'Z' -> Integer.toString(rs1);
            case 'm' -> {
              int rm = InstructionDecoder.rm(word);
              if (rm == 7) {
                yield null;
              }
              yield Names.ROUNDING.get(rm);
            }
            default -> null;
          };
      if (part != null) {
        out.append(separator).append(part);
        separator = ",";
      }
    }
    return out.toString();
  }
}
