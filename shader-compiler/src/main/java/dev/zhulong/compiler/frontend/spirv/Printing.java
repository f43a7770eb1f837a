package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates debugPrintfEXT (NonSemantic.DebugPrintf) and OpenCL's printf. An invocation takes room
 * for a record in a buffer of the launch's and puts the format's number and the arguments there;
 * the driver makes text of it afterwards. A record that finds no room is lost, whole.
 */
final class Printing {
  private static final int MAXIMUM_FORMATS = 0xffff;
  private static final int MAXIMUM_WORDS = 256;
  private static final int MAXIMUM_DEPTH = 16;
  private static final Pattern CONVERSION =
      Pattern.compile("%%|%([-+ #0-9.]*(?:v\\d+)?)(hh|hl|h|l)?([a-zA-Z])");

  private final SpirvModule module;
  private final Ids ids;
  private final Builder b;
  private final List<String> formats = new ArrayList<>();
  private int place;

  Printing(SpirvModule module, Ids ids, Builder builder) {
    this.module = module;
    this.ids = ids;
    this.b = builder;
  }

  /** Says where in the argument block the buffer's address and size will be. */
  void at(int argumentOffset) {
    place = argumentOffset;
  }

  /** The formats that have been used; with any, the argument block has two words more. */
  List<String> formats() {
    return formats;
  }

  /** Prints by a format, whose id is that of a string or of a pointer to constant characters. */
  void print(SpirvInstruction i, int from) {
    String format = string(i.operand(from), i.location());
    List<Value> words = new ArrayList<>();
    StringBuilder made = new StringBuilder();
    Matcher m = CONVERSION.matcher(format);
    int operand = from + 1;
    int at = 0;
    while (m.find(at)) {
      made.append(format, at, m.start());
      at = m.end();
      if (m.group().equals("%%")) {
        made.append("%%");
        continue;
      }
      if (operand >= i.operands().length) {
        throw SpirvErrors.at(
            i.location(), "the format \"%s\" has more conversions than arguments", format.strip());
      }
      int id = i.operand(operand++);
      String kind = m.group(3);
      if (kind.equals("s")) {
        // Texts are constant, so that they become part of the format.
        made.append(string(id, i.location()).replace("%", "%%"));
        continue;
      }
      SpirvType.Scalar type = Ids.component(ids.typeOf(id));
      boolean wide = type != null && type.bits() == 64;
      String length = m.group(2) == null ? "" : m.group(2);
      if (wide && length.isEmpty() && format.startsWith("l", at)) {
        // The unsigned 64-bit integers of debugPrintfEXT are %ul.
        at++;
      }
      made.append('%').append(m.group(1)).append(wide ? "l" : length.replace("hl", ""));
      made.append(kind);
      for (Value word : ids.value(id)) {
        words.add(
            switch (word.type()) {
              case F32 -> b.op(F_TO_BITS, word);
              case BOOL -> b.op(BOOL_TO_INT, word);
              default -> word;
            });
      }
    }
    made.append(format.substring(at));
    record(made.toString(), words, i.location());
    if (i.type() != 0 && ids.type(i.type()).scalars() == 1) {
      ids.set(i.id(), Constant.i32(0));
    }
  }

  private void record(String format, List<Value> words, Location location) {
    int number = formats.indexOf(format);
    if (number < 0) {
      number = formats.size();
      formats.add(format);
    }
    if (formats.size() > MAXIMUM_FORMATS || words.size() > MAXIMUM_WORDS) {
      throw SpirvErrors.at(
          location,
          "%d words are printed by one of %d formats; at most %d and %d are possible",
          words.size(),
          formats.size(),
          MAXIMUM_WORDS,
          MAXIMUM_FORMATS);
    }
    Value block = b.make(READ_CSR, Type.I32, Csr.MSCRATCH);
    Value buffer = b.make(LOAD, Type.I32, argument(place), block);
    Value size = b.make(LOAD, Type.I32, argument(place + 4), block);
    Constant bytes = Constant.i32(4 * (words.size() + 1));
    Value at = b.make(ATOMIC_ADD, Type.I32, memory(0), buffer, bytes);
    Value end = b.op(ADD, at, Constant.i32(4 * words.size() + 8));
    // The count goes on when the buffer is full, and must not come round.
    Value fits = b.op(B_AND, b.op(GE_U, size, end), b.op(LT_U, at, size));
    Region before = b.region();
    Region inside = new Region();
    Instruction test = b.append(IF, List.of(fits), List.of(), null);
    test.regions().add(inside);
    test.regions().add(new Region());
    b.region(inside);
    Value start = b.op(ADD, buffer, at);
    b.effect(STORE, memory(4), start, Constant.i32(words.size() << 16 | number));
    for (int n = 0; n < words.size(); n++) {
      b.effect(STORE, memory(8 + 4 * n), start, words.get(n));
    }
    b.region(before);
  }

  private static Access argument(int offset) {
    return new Access(Space.ARGUMENTS, 4, false, offset, 0, true);
  }

  private static Access memory(int offset) {
    return new Access(Space.GLOBAL, 4, false, offset, -1, false);
  }

  /** The text behind an OpString, or a pointer to the start of an array of constant characters. */
  private String string(int id, Location location) {
    return string(id, location, 0);
  }

  private String string(int id, Location location, int depth) {
    SpirvInstruction i = module.definition(id);
    if (depth > MAXIMUM_DEPTH) {
      throw unknown(location);
    }
    return switch (i.op()) {
      case STRING -> SpirvReader.string(i.operands(), 0);
      case ACCESS_CHAIN,
          IN_BOUNDS_ACCESS_CHAIN,
          PTR_ACCESS_CHAIN,
          IN_BOUNDS_PTR_ACCESS_CHAIN,
          BITCAST,
          PTR_CAST_TO_GENERIC ->
          string(i.operand(0), location, depth + 1);
      case VARIABLE -> {
        if (i.operands().length < 2) {
          throw unknown(location);
        }
        SpirvInstruction initial = module.definition(i.operand(1));
        yield initial.op() == SpirvOp.CONSTANT_NULL ? "" : text(ids.value(i.operand(1)));
      }
      default -> throw unknown(location);
    };
  }

  private static String text(Value[] characters) {
    byte[] bytes = new byte[characters.length];
    int length = 0;
    for (Value character : characters) {
      byte c = (byte) ((Constant) character).bits();
      if (c == 0) {
        break;
      }
      bytes[length++] = c;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static RuntimeException unknown(Location location) {
    return SpirvErrors.at(location, "a text that is printed must be a constant");
  }
}
