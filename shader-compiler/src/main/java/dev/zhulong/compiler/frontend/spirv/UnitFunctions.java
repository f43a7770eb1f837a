package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Extension;
import java.util.List;
import java.util.Set;

/**
 * Translates the instructions of the merge and coverage units, which a driver's frames call by an
 * extended instruction set of their own.
 */
final class UnitFunctions {
  /** The name of the extended instruction set. */
  static final String SET = "Zhulong.Units";

  /** The functions, by number from 1 on. */
  private static final List<Opcode> FUNCTIONS =
      List.of(
          MERGE_PACK8_LOW,
          MERGE_PACK8_HIGH,
          MERGE_PACK10_LOW,
          MERGE_PACK10_HIGH,
          MERGE_PACK565_LOW,
          MERGE_PACK565_HIGH,
          MERGE_UNPACK8,
          MERGE_UNPACK10,
          MERGE_UNPACK5,
          MERGE_UNPACK6,
          MERGE_UNPACK2,
          COVER_ROW,
          COVER_ANY);

  private final Ids ids;
  private final Builder b;
  private final Set<Extension> units;

  UnitFunctions(Ids ids, Builder builder, Set<Extension> units) {
    this.ids = ids;
    this.b = builder;
    this.units = units;
  }

  /** The result. */
  Value translate(SpirvInstruction i) {
    int number = i.operand(1);
    if (number < 1 || number > FUNCTIONS.size()) {
      throw SpirvErrors.at(i.location(), "function %d of %s does not exist", number, SET);
    }
    Opcode function = FUNCTIONS.get(number - 1);
    boolean covers = function == COVER_ROW || function == COVER_ANY;
    Extension unit = covers ? Extension.COVERAGE : Extension.MERGE;
    if (!units.contains(unit)) {
      throw SpirvErrors.at(i.location(), "function %d of %s needs the %s unit", number, SET, unit);
    }
    Value[] operands = new Value[i.operands().length - 2];
    for (int n = 0; n < operands.length; n++) {
      operands[n] = ids.scalar(i.operand(n + 2));
    }
    check(i, function, operands);
    Type type = function.signature().endsWith("f") ? Type.F32 : Type.I32;
    return b.make(function, type, null, operands);
  }

  private static void check(SpirvInstruction i, Opcode function, Value[] operands) {
    String wanted = function.signature().substring(0, function.signature().indexOf(':'));
    StringBuilder given = new StringBuilder();
    for (Value operand : operands) {
      given.append(operand.type() == Type.F32 ? 'f' : operand.type() == Type.I32 ? 'i' : '?');
    }
    if (!given.toString().equals(wanted)) {
      throw SpirvErrors.at(
          i.location(), "operands of %s are (%s) instead of (%s)", function, given, wanted);
    }
  }
}
