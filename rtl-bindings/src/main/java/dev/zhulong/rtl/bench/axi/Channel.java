package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedModel;
import java.util.Arrays;
import java.util.List;

/**
 * The ports of one channel: valid, ready, fields, and lanes where it carries data. A field that the
 * design does not have is null: it reads zero and is not driven.
 */
final class Channel {
  private static final List<String> SUFFIXES = List.of("", "_i", "_o");

  final String name;
  final NarrowPort valid;
  final NarrowPort ready;
  private final NarrowPort[] fields;
  private final String[] names;
  private final Lanes data;
  private final Lanes strobe;

  /** One transfer: the fields in the channel's order, and the bytes of data and of strobes. */
  record Beat(long[] fields, byte[] data, byte[] strobe) {
    static Beat of(long... fields) {
      return new Beat(fields, null, null);
    }

    private boolean sameAs(Beat other) {
      return Arrays.equals(fields, other.fields)
          && Arrays.equals(data, other.data)
          && Arrays.equals(strobe, other.strobe);
    }
  }

  /**
   * Finds the ports by name, with or without {@code _i} and {@code _o}.
   *
   * @param prefix of the interface and the channel, as {@code s_axi_aw}
   * @param required fields that must be there
   * @param optional fields that may be missing
   */
  Channel(
      VerilatedModel model,
      String prefix,
      List<String> required,
      List<String> optional,
      boolean hasData,
      boolean hasStrobe) {
    name = prefix;
    valid = (NarrowPort) find(model, prefix + "valid", true);
    ready = (NarrowPort) find(model, prefix + "ready", true);
    names = new String[required.size() + optional.size()];
    fields = new NarrowPort[names.length];
    for (int i = 0; i < names.length; i++) {
      boolean needed = i < required.size();
      names[i] = needed ? required.get(i) : optional.get(i - required.size());
      fields[i] = (NarrowPort) find(model, prefix + names[i], needed);
    }
    data = hasData ? new Lanes(find(model, prefix + "data", true)) : null;
    strobe = hasStrobe ? new Lanes(find(model, prefix + "strb", true)) : null;
  }

  private static dev.zhulong.rtl.Port find(VerilatedModel model, String name, boolean needed) {
    List<String> known = model.ports().stream().map(dev.zhulong.rtl.Port::name).toList();
    for (String suffix : SUFFIXES) {
      if (known.contains(name + suffix)) {
        return model.port(name + suffix);
      }
    }
    if (needed) {
      throw new IllegalArgumentException(
          "module "
              + model.top()
              + " has no port "
              + name
              + " (with or without _i, _o), only "
              + String.join(", ", known));
    }
    return null;
  }

  boolean has(int field) {
    return fields[field] != null;
  }

  int bytes() {
    return data.bytes();
  }

  Beat get() {
    long[] values = new long[fields.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = fields[i] == null ? 0 : fields[i].bits(0, fields[i].width());
    }
    return new Beat(values, data == null ? null : data.get(), strobe == null ? null : strobe.get());
  }

  void set(Beat beat) {
    for (int i = 0; i < fields.length; i++) {
      if (fields[i] != null) {
        fields[i].setBits(0, fields[i].width(), beat.fields[i]);
      }
    }
    if (data != null) {
      data.set(beat.data);
    }
    if (strobe != null) {
      strobe.set(beat.strobe);
    }
  }

  /** What has changed between two looks at an offer, or an empty text. */
  String changed(Beat before, Beat now) {
    if (before.sameAs(now)) {
      return "";
    }
    for (int i = 0; i < names.length; i++) {
      if (before.fields[i] != now.fields[i]) {
        return String.format(
            "%s%s changed from 0x%x to 0x%x", name, names[i], before.fields[i], now.fields[i]);
      }
    }
    return name + (Arrays.equals(before.data, now.data) ? "strb" : "data") + " changed";
  }
}
