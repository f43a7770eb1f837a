package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.ConstantTable;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes arrays off the stack that only ever hold the same constants: each becomes data behind the
 * kernel's code, and the stores that made it go.
 *
 * <p>Nothing is asked about order: a load that a store does not come before reads what is not
 * defined, and may find the constant there. A load beyond the array gets its last element: helper
 * invocations of fragment shaders compute with inputs from beyond the primitive.
 */
public final class ConstantTables {
  /** Fewer words are as soon stored as found. */
  private static final int LEAST_WORDS = 3;

  /** What is known of a slot: its bytes, and which of them have been stored. */
  private static final class Content {
    private final StackSlot slot;
    private final byte[] bytes;
    private final BitSet stored = new BitSet();
    private ConstantTable table;

    Content(StackSlot slot) {
      this.slot = slot;
      this.bytes = new byte[slot.bytes() + 3 & ~3];
    }

    /** Notes a constant; whether it is what is there in all other stores. */
    boolean store(int at, int value, int size) {
      if (at < 0 || at + size > bytes.length) {
        return false;
      }
      for (int n = 0; n < size; n++) {
        byte part = (byte) (value >>> 8 * n);
        if (stored.get(at + n) && bytes[at + n] != part) {
          return false;
        }
        stored.set(at + n);
        bytes[at + n] = part;
      }
      return true;
    }

    int word(int at) {
      int word = 0;
      for (int n = 0; n < 4; n++) {
        word |= (bytes[at + n] & 255) << 8 * n;
      }
      return word;
    }

    boolean worthwhile() {
      return stored.cardinality() >= 4 * LEAST_WORDS;
    }

    ConstantTable table() {
      if (table == null) {
        int[] words = new int[bytes.length / 4];
        for (int n = 0; n < words.length; n++) {
          words[n] = word(4 * n);
        }
        table = new ConstantTable(slot.name(), words);
      }
      return table;
    }
  }

  /**
   * An address in a slot.
   *
   * @param start the slot's address that it was made from
   * @param offset how far it is from there
   * @param distance how much farther, or null
   * @param several whether still more was added
   */
  private record Place(StackSlot slot, Value start, int offset, Value distance, boolean several) {
    boolean known() {
      return distance == null;
    }

    Place moved(int bytes) {
      return new Place(slot, start, offset + bytes, distance, several);
    }

    Place moved(Value by) {
      return new Place(slot, start, offset, distance == null ? by : distance, distance != null);
    }
  }

  private final Map<Value, Place> places = new IdentityHashMap<>();
  private final Map<StackSlot, Content> contents = new IdentityHashMap<>();
  private final Map<Value, Value> replaced = new IdentityHashMap<>();
  private final UpperBounds bounds = new UpperBounds();

  private ConstantTables() {}

  /** Runs the pass. */
  public static void run(Region body) {
    ConstantTables pass = new ConstantTables();
    pass.find(body);
    pass.contents.values().removeIf(content -> content == null || !content.worthwhile());
    if (!pass.contents.isEmpty()) {
      pass.replace(body);
    }
  }

  /** A slot with which anything else is done than what a table allows. */
  private void keep(StackSlot slot) {
    contents.put(slot, null);
  }

  private void find(Region region) {
    for (Instruction i : region.instructions()) {
      if (i.opcode() == Opcode.LOOP) {
        bounds.note(i);
      }
      if (i.opcode() == Opcode.STACK_ADDRESS) {
        StackSlot slot = (StackSlot) i.attribute();
        if (!contents.containsKey(slot)) {
          contents.put(slot, new Content(slot));
        }
        places.put(i.result(), new Place(slot, i.result(), 0, null, false));
      }
      for (int n = 0; n < i.operands().size(); n++) {
        Place place = places.get(i.operand(n));
        if (place != null && !use(i, n, place)) {
          keep(place.slot());
        }
      }
      if (i.opcode() == Opcode.IF) {
        bounds.enter(i.operand(0));
        find(i.regions().get(0));
        bounds.leave();
        find(i.regions().get(1));
      } else {
        i.regions().forEach(this::find);
      }
    }
  }

  /** Follows one use of an address; whether the slot can still be a table. */
  private boolean use(Instruction i, int operand, Place place) {
    return switch (i.opcode()) {
      case LOAD -> true;
      case STORE ->
          operand == 0
              && place.known()
              && i.operand(1) instanceof Constant c
              && contents.get(place.slot()) != null
              && contents
                  .get(place.slot())
                  .store(place.offset() + i.access().offset(), c.bits(), i.access().bytes());
      case ADD, SUB -> moved(i, operand, place);
      default -> false;
    };
  }

  private boolean moved(Instruction i, int operand, Place place) {
    Value by = i.operand(1 - operand);
    boolean subtracts = i.opcode() == Opcode.SUB;
    boolean constant = by instanceof Constant;
    if (places.containsKey(by) || subtracts && (operand == 1 || !constant)) {
      return false;
    }
    int bytes = constant ? ((Constant) by).bits() : 0;
    places.put(i.result(), constant ? place.moved(subtracts ? -bytes : bytes) : place.moved(by));
    return true;
  }

  private void replace(Region region) {
    List<Instruction> made = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      Place place = place(i);
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      Content content = place == null ? null : contents.get(place.slot());
      if (content == null) {
        i.regions().forEach(this::replace);
        made.add(i);
        continue;
      }
      switch (i.opcode()) {
        case STACK_ADDRESS -> {
          Instruction address =
              new Instruction(
                  Opcode.TABLE_ADDRESS,
                  List.of(),
                  List.of(Type.I32),
                  content.table(),
                  i.location());
          replaced.put(i.result(), address.result());
          made.add(address);
        }
        case LOAD -> load(i, place, content, made);
        default -> {}
      }
    }
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  private Place place(Instruction i) {
    return switch (i.opcode()) {
      case STACK_ADDRESS -> places.get(i.result());
      case LOAD, STORE -> places.get(i.operand(0));
      default -> null;
    };
  }

  private void load(Instruction i, Place place, Content content, List<Instruction> made) {
    Access access = i.access();
    int last = content.bytes.length - access.bytes();
    int offset = access.offset() + (place.several() ? 0 : place.offset());
    if (place.known()) {
      boolean inside = offset >= 0 && offset <= last;
      replaced.put(
          i.result(), inside ? constant(i, content, offset) : new Constant(i.result().type(), 0));
      return;
    }
    Value address = i.operand(0);
    int rest = access.offset();
    if (place.several() || offset < 0 || bounds.of(place.distance()) + offset > last) {
      Value start = replaced.get(place.start());
      Value distance =
          place.several()
              ? integer(made, i, Opcode.SUB, address, start)
              : replaced.getOrDefault(place.distance(), place.distance());
      distance = integer(made, i, Opcode.ADD, distance, Constant.i32(offset));
      distance = integer(made, i, Opcode.MIN_U, distance, Constant.i32(last));
      address = integer(made, i, Opcode.ADD, start, distance);
      rest = 0;
    }
    Access table = new Access(Space.CONSTANT, access.bytes(), access.signed(), rest, -1, true);
    Instruction load =
        new Instruction(
            Opcode.LOAD, List.of(address), List.of(i.result().type()), table, i.location());
    replaced.put(i.result(), load.result());
    made.add(load);
  }

  private static Value integer(
      List<Instruction> made, Instruction place, Opcode opcode, Value a, Value b) {
    Instruction i =
        new Instruction(opcode, List.of(a, b), List.of(Type.I32), null, place.location());
    made.add(i);
    return i.result();
  }

  private static Constant constant(Instruction i, Content content, int at) {
    int size = i.access().bytes();
    int bits = content.word(at & ~3) >>> 8 * (at & 3);
    int unused = 32 - 8 * size;
    bits = i.access().signed() ? bits << unused >> unused : bits << unused >>> unused;
    return new Constant(i.result().type(), bits);
  }
}
