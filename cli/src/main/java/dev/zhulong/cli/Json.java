package dev.zhulong.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes maps, lists, strings, numbers and truth values as JSON. */
final class Json {
  private Json() {}

  static String text(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value, "");
    return out.toString();
  }

  private static void write(StringBuilder out, Object value, String indent) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> {
        String inner = indent + "  ";
        out.append("{");
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
          Map.Entry<?, ?> entry = entries.next();
          out.append('\n').append(inner);
          string(out, entry.getKey().toString());
          out.append(": ");
          write(out, entry.getValue(), inner);
          out.append(entries.hasNext() ? "," : "\n" + indent);
        }
        out.append("}");
      }
      case List<?> list -> {
        String inner = indent + "  ";
        out.append("[");
        for (int i = 0; i < list.size(); i++) {
          out.append(i == 0 ? "\n" : ",\n").append(inner);
          write(out, list.get(i), inner);
        }
        out.append(list.isEmpty() ? "]" : "\n" + indent + "]");
      }
      case Double number when number.isNaN() || number.isInfinite() -> out.append("null");
      case Double number -> out.append(String.format(Locale.ROOT, "%.6g", number));
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      default -> string(out, value.toString());
    }
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < 0x20) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
