package dev.zhulong.amber;

import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Sampler.Compare;
import dev.zhulong.hal.Sampler.Filter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads the declarations SAMPLER of AmberScript. */
final class SamplerReader {
  private final Tokens tokens;
  private final Map<String, Sampler> samplers = new LinkedHashMap<>();

  SamplerReader(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Takes the name of a sampler that has been declared. */
  Sampler reference() {
    String name = tokens.next("a sampler's name");
    Sampler sampler = samplers.get(name);
    if (sampler == null) {
      throw tokens.error("there is no sampler \"" + name + "\"; declare it with SAMPLER before");
    }
    return sampler;
  }

  boolean isSampler(String name) {
    return samplers.containsKey(name);
  }

  /** SAMPLER NAME and options. */
  void sampler() {
    String name = tokens.next("the sampler's name");
    Sampler made = Sampler.NEAREST.withLod(0, 0, 1);
    boolean compares = false;
    Compare compare = Compare.NEVER;
    while (tokens.has()) {
      String option = tokens.next("an option");
      switch (option) {
        case "MAG_FILTER" -> made = made.with(filter(), made.minification(), made.levels());
        case "MIN_FILTER" -> made = made.with(made.magnification(), filter(), made.levels());
        case "MIPMAP_MODE" -> made = made.with(made.magnification(), made.minification(), filter());
        case "ADDRESS_MODE_U" -> made = made.with(address(), made.v(), made.w());
        case "ADDRESS_MODE_V" -> made = made.with(made.u(), address(), made.w());
        case "ADDRESS_MODE_W" -> made = made.with(made.u(), made.v(), address());
        case "BORDER_COLOR" -> made = border(made, tokens.next("a colour"));
        case "MIN_LOD" -> made = made.withLod(0, number(), made.maximumLod());
        case "MAX_LOD" -> made = made.withLod(0, made.minimumLod(), number());
        case "NORMALIZED_COORDS" -> {}
        case "UNNORMALIZED_COORDS" -> made = made.unnormalized();
        case "COMPARE" -> compares = tokens.next("on or off").equals("on");
        case "COMPARE_OP" -> compare = value(Compare.class, "a comparison");
        default -> throw tokens.error("a sampler has no option " + option);
      }
    }
    if (samplers.putIfAbsent(name, compares ? made.with(compare) : made) != null) {
      throw tokens.error("there are two samplers " + name);
    }
  }

  private float number() {
    String text = tokens.next("a number");
    try {
      return (float) ScalarType.parseDouble(text);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  private Filter filter() {
    return value(Filter.class, "nearest or linear");
  }

  private Address address() {
    return value(Address.class, "an address mode");
  }

  private <T extends Enum<T>> T value(Class<T> type, String what) {
    String name = tokens.next(what);
    try {
      return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw tokens.error("\"" + name + "\" is not " + what);
    }
  }

  private Sampler border(Sampler sampler, String colour) {
    return switch (colour) {
      case "float_transparent_black", "int_transparent_black" -> sampler.withBorder(0, 0, 0, 0);
      case "float_opaque_black" -> sampler.withBorder(0, 0, 0, 1);
      case "float_opaque_white" -> sampler.withBorder(1, 1, 1, 1);
      case "int_opaque_black" -> sampler.withBorderBits(0, 0, 0, 1);
      case "int_opaque_white" -> sampler.withBorderBits(1, 1, 1, 1);
      default -> throw tokens.error("there is no border colour " + colour);
    };
  }
}
