package dev.zhulong.compiler.ir;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.link.KernelInfo;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a kernel as text; {@link TextReader} reads it back to the same kernel.
 *
 * <pre>
 * kernel "scale" group(64, 1, 1) local 0 arguments 12 {
 *   binding 0 0 "data" 0 0 4 f32 r w
 *   push "factor" f32 0 8
 *   %0: i32 = read_csr mscratch
 *   %1: i32 = load %0 [arguments 4 readonly]
 *   %2: f32 = load %0 [arguments 4 +8 readonly]
 *   %3: i32 = loop (%4: i32 = 0) {
 *     %5: i32 = add %4, 1 @ "scale.comp":7:3
 *     %6: bool = lt_u %5, 16
 *     next %6, %5
 *   }
 *   end
 * }
 * </pre>
 *
 * <p>Values are numbered in the order of their definition. Constants are {@code 42} (I32), {@code
 * 1.5f} or {@code bits(0x7fc00001)} (F32), {@code true} and {@code false}. A memory access lists
 * its space and bytes, then what differs from the usual: {@code signed}, an offset, {@code
 * #}resource, {@code readonly}. Locals and stack slots are declared ahead of the body as {@code
 * local $0 i32 "name"}, {@code slot $1 64 "name"} and {@code table $2 3 "name" 1 2 3}.
 */
public final class TextWriter {
  private final StringBuilder out = new StringBuilder();
  private final Map<Value, Integer> numbers = new IdentityHashMap<>();
  private final Map<Object, Integer> symbols = new IdentityHashMap<>();

  private TextWriter() {}

  /** The kernel's text, ended by a newline. */
  public static String write(Kernel kernel) {
    TextWriter writer = new TextWriter();
    writer.kernel(kernel);
    return writer.out.toString();
  }

  private void kernel(Kernel kernel) {
    out.append("kernel ").append(quote(kernel.name())).append(" group(");
    out.append(kernel.group().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    out.append(") local ").append(kernel.localBytes());
    out.append(" arguments ").append(kernel.argumentBytes()).append(" {\n");
    for (KernelInfo.Binding b : kernel.bindings()) {
      out.append("  binding ").append(b.set()).append(' ').append(b.binding());
      out.append(' ').append(quote(b.name()));
      out.append(' ').append(b.argumentOffset()).append(' ').append(b.minimumBytes());
      out.append(' ').append(b.strideBytes()).append(' ').append(b.element());
      out.append(b.readable() ? " r" : "").append(b.writable() ? " w" : "");
      if (b.kind() != KernelInfo.Kind.BUFFER || b.count() > 1) {
        out.append(' ').append(b.kind().label()).append(' ').append(b.count());
      }
      out.append(b.open() ? " open\n" : "\n");
    }
    for (KernelInfo.PushConstant p : kernel.pushConstants()) {
      out.append("  push ").append(quote(p.name())).append(' ').append(p.type());
      out.append(' ').append(p.offset()).append(' ').append(p.argumentOffset()).append('\n');
    }
    declareSymbols(kernel.body());
    region(kernel.body(), "  ");
    out.append("}\n");
  }

  private void declareSymbols(Region region) {
    for (Instruction i : region.instructions()) {
      Object attribute = i.attribute();
      boolean declared =
          attribute instanceof Local
              || attribute instanceof StackSlot
              || attribute instanceof ConstantTable;
      if (declared && !symbols.containsKey(attribute)) {
        int number = symbols.size();
        symbols.put(attribute, number);
        if (attribute instanceof Local local) {
          out.append("  local $").append(number).append(' ').append(name(local.type()));
          out.append(' ').append(quote(local.name())).append('\n');
        } else if (attribute instanceof StackSlot slot) {
          out.append("  slot $").append(number).append(' ').append(slot.bytes());
          out.append(' ').append(quote(slot.name())).append('\n');
        } else if (attribute instanceof ConstantTable table) {
          out.append("  table $").append(number).append(' ').append(table.length());
          out.append(' ').append(quote(table.name()));
          for (int word = 0; word < table.length(); word++) {
            out.append(' ').append(table.word(word));
          }
          out.append('\n');
        }
      }
      i.regions().forEach(this::declareSymbols);
    }
  }

  private void region(Region region, String indent) {
    for (Instruction i : region.instructions()) {
      instruction(i, indent);
    }
  }

  private void instruction(Instruction i, String indent) {
    out.append(indent);
    if (!i.results().isEmpty()) {
      out.append(i.results().stream().map(this::define).collect(Collectors.joining(", ")));
      out.append(" = ");
    }
    out.append(i.opcode().dumpName());
    switch (i.opcode()) {
      case IF -> {
        out.append(' ').append(use(i.operand(0))).append(location(i)).append(" {\n");
        region(i.regions().get(0), indent + "  ");
        out.append(indent).append("} else {\n");
        region(i.regions().get(1), indent + "  ");
        out.append(indent).append("}\n");
      }
      case LOOP -> {
        Region body = i.regions().getFirst();
        out.append(" (");
        for (int n = 0; n < i.operands().size(); n++) {
          out.append(n == 0 ? "" : ", ").append(define(body.arguments().get(n)));
          out.append(" = ").append(use(i.operand(n)));
        }
        out.append(')').append(location(i)).append(" {\n");
        region(body, indent + "  ");
        out.append(indent).append("}\n");
      }
      default -> {
        List<Value> operands = i.operands();
        if (!operands.isEmpty()) {
          out.append(' ');
          out.append(operands.stream().map(this::use).collect(Collectors.joining(", ")));
        }
        if (i.attribute() != null) {
          out.append(' ').append(attribute(i.attribute()));
        }
        out.append(location(i)).append('\n');
      }
    }
  }

  private String attribute(Object attribute) {
    return switch (attribute) {
      case Csr csr -> csr.assemblyName();
      case Access access -> access(access);
      case IndexBound bound -> quote(bound.text());
      default -> "$" + symbols.get(attribute);
    };
  }

  private static String access(Access access) {
    StringBuilder text = new StringBuilder("[").append(name(access.space()));
    text.append(' ').append(access.bytes());
    if (access.signed()) {
      text.append(" signed");
    }
    if (access.offset() != 0) {
      text.append(access.offset() > 0 ? " +" : " ").append(access.offset());
    }
    if (access.resource() >= 0) {
      text.append(" #").append(access.resource());
    }
    return text.append(access.readOnly() ? " readonly]" : "]").toString();
  }

  private static String location(Instruction i) {
    Location at = i.location();
    return at == null ? "" : " @ " + quote(at.file()) + ":" + at.line() + ":" + at.column();
  }

  private String define(Value value) {
    int number = numbers.size();
    numbers.put(value, number);
    return "%" + number + ": " + name(value.type());
  }

  private String use(Value value) {
    if (value instanceof Constant constant) {
      return constant(constant);
    }
    Integer number = numbers.get(value);
    return number == null ? "%undefined" : "%" + number;
  }

  private static String constant(Constant constant) {
    return switch (constant.type()) {
      case I32 -> Integer.toString(constant.bits());
      case BOOL -> constant.bits() != 0 ? "true" : "false";
      case F32 -> {
        float value = constant.asFloat();
        yield Float.isFinite(value)
            ? Float.toString(value) + "f"
            : String.format(Locale.ROOT, "bits(0x%08x)", constant.bits());
      }
    };
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
