package dev.zhulong.amber;

import dev.zhulong.amber.Script.Comparator;
import dev.zhulong.amber.Script.Tolerance;
import dev.zhulong.firmware.texel.TexelFormat;
import java.util.Arrays;
import java.util.List;

/** Compares what buffers hold with what a script expects. */
final class Expectations {
  private static final int HISTOGRAM_BINS = 256;

  /** Half of a step of 24 bits. */
  private static final double HALF_STEP = 0.5 / 0xffffff;

  private Expectations() {}

  /** An expectation of values whose numbers can be read and lie inside the buffer. */
  static Script.ExpectValues checked(
      Tokens tokens,
      int line,
      BufferSpec buffer,
      ElementLayout layout,
      int offset,
      Comparator comparator,
      List<String> values,
      List<Tolerance> tolerances) {
    if (values.isEmpty()) {
      throw tokens.error("a value is missing");
    }
    boolean depths = layout.places().isEmpty() && DepthView.isNeeded(buffer);
    if (layout.places().isEmpty() && !depths) {
      throw tokens.error("values of this format are not supported; use whole-byte components");
    }
    for (int n = 0; n < values.size(); n++) {
      try {
        (depths ? ScalarType.FLOAT : layout.place(n).type()).parse(values.get(n));
      } catch (IllegalArgumentException e) {
        throw tokens.error(e.getMessage());
      }
    }
    return new Script.ExpectValues(
        line, buffer, layout, offset, comparator, List.copyOf(values), List.copyOf(tolerances));
  }

  static void values(Script.ExpectValues e, byte[] actual) {
    boolean depths = e.layout().places().isEmpty();
    long bytes =
        depths
            ? (long) e.values().size() * e.layout().stride()
            : e.layout().extent(e.values().size());
    long end = e.offset() + bytes;
    if (end > actual.length) {
      throw new ExpectationException(
          e.line(),
          "bytes "
              + e.offset()
              + " to "
              + end
              + " are outside buffer "
              + e.buffer().name()
              + " of "
              + actual.length
              + " bytes");
    }
    if (depths) {
      depths(e, actual);
      return;
    }
    for (int n = 0; n < e.values().size(); n++) {
      ElementLayout.Place place = e.layout().place(n);
      ScalarType type = place.type();
      String text = e.values().get(n);
      long bits = type.get(actual, e.offset() + place.offset());
      if (!holds(e, type, bits, text, n % e.layout().places().size())) {
        throw new ExpectationException(
            e.line(),
            "expected "
                + e.comparator().symbol()
                + " "
                + text
                + ", got "
                + type.show(bits)
                + " in "
                + e.buffer().name()
                + " at byte "
                + (e.offset() + place.offset())
                + " (value "
                + n
                + ")");
      }
    }
  }

  /** Compares depths of 24 bits, which may be half a step off what is written as a decimal. */
  private static void depths(Script.ExpectValues e, byte[] actual) {
    for (int n = 0; n < e.values().size(); n++) {
      int at = e.offset() + n * e.layout().stride();
      double expected = ScalarType.parseDouble(e.values().get(n));
      double depth = DepthView.depth(e.buffer(), actual, at);
      double distance = depth - expected;
      boolean same = Math.abs(distance) <= HALF_STEP;
      boolean held =
          switch (e.comparator()) {
            case EQ -> same;
            case NEAR -> same || near(depth, expected, e.tolerances(), 0);
            case NE -> !same;
            case LT -> !same && distance < 0;
            case LE -> same || distance < 0;
            case GT -> !same && distance > 0;
            case GE -> same || distance > 0;
          };
      if (!held) {
        throw new ExpectationException(
            e.line(),
            "expected "
                + e.comparator().symbol()
                + " "
                + e.values().get(n)
                + ", got "
                + depth
                + " in "
                + e.buffer().name()
                + " at byte "
                + at
                + " (value "
                + n
                + ")");
      }
    }
  }

  private static boolean holds(
      Script.ExpectValues e, ScalarType type, long bits, String text, int component) {
    long expected = type.parse(text);
    if (e.comparator() == Comparator.NEAR) {
      return near(type.toDouble(bits), ScalarType.parseDouble(text), e.tolerances(), component);
    }
    Integer order = type.compare(bits, expected);
    if (order == null) {
      boolean bothNan = Double.isNaN(type.toDouble(bits)) && Double.isNaN(type.toDouble(expected));
      return switch (e.comparator()) {
        case EQ -> bothNan;
        case NE -> !bothNan;
        default -> false;
      };
    }
    return switch (e.comparator()) {
      case EQ, NEAR -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }

  private static boolean near(
      double actual, double expected, List<Tolerance> tolerances, int component) {
    if (Double.compare(actual, expected) == 0) {
      return true;
    }
    Tolerance tolerance =
        tolerances.isEmpty()
            ? Script.DEFAULT_TOLERANCE
            : tolerances.get(Math.min(component, tolerances.size() - 1));
    double limit =
        tolerance.percent() ? Math.abs(expected) * tolerance.value() / 100 : tolerance.value();
    return Math.abs(actual - expected) <= limit;
  }

  static void pixels(Script.ExpectPixels e, byte[] actual) {
    ElementLayout layout = e.buffer().layout();
    int width = e.buffer().width();
    int height = width == 0 ? 0 : actual.length / layout.stride() / width;
    TexelFormat format = e.buffer().format() == null ? null : TexelFormat.of(e.buffer().format());
    if (format != null && e.x() + e.width() <= width && e.y() + e.height() <= height) {
      texels(e, format, width, actual);
      return;
    }
    if (layout.places().size() < e.colour().size()
        || (long) e.x() + e.width() > width
        || (long) e.y() + e.height() > height) {
      throw new ExpectationException(
          e.line(),
          "buffer "
              + e.buffer().name()
              + " has "
              + width
              + " by "
              + height
              + " pixels of "
              + layout.places().size()
              + " channels, not the rectangle expected");
    }
    for (int y = e.y(); y < e.y() + e.height(); y++) {
      for (int x = e.x(); x < e.x() + e.width(); x++) {
        int start = (y * width + x) * layout.stride();
        for (int n = 0; n < e.colour().size(); n++) {
          ElementLayout.Place place = layout.places().get(n);
          double value = place.type().toDouble(place.type().get(actual, start + place.offset()));
          double shown = place.type().isFloat() ? Math.rint(value * 255) : value;
          if (shown != e.colour().get(n)) {
            throw new ExpectationException(
                e.line(),
                String.format(
                    "expected channel %d of pixel %d, %d to be %d, got %s",
                    n, x, y, e.colour().get(n), shown));
          }
        }
      }
    }
  }

  /** Compares texels by their channels, whatever their order and width is. */
  private static void texels(Script.ExpectPixels e, TexelFormat format, int width, byte[] actual) {
    boolean whole = format.kind().integer();
    for (int y = e.y(); y < e.y() + e.height(); y++) {
      for (int x = e.x(); x < e.x() + e.width(); x++) {
        double[] texel = format.decode(actual, (y * width + x) * format.bytes());
        for (int n = 0; n < e.colour().size(); n++) {
          double shown = whole ? texel[n] : texel[n] * 255;
          if (format.bits()[n] > 0 && !close(shown, e.colour().get(n), e.tolerances(), n)) {
            throw new ExpectationException(
                e.line(),
                String.format(
                    "expected channel %d of pixel %d, %d to be %d, got %s",
                    n, x, y, e.colour().get(n), whole ? (Object) (long) shown : (Object) shown));
          }
        }
      }
    }
  }

  /**
   * Whether a channel is what was expected. Without a tolerance it may be half a step of eight bits
   * off; a tolerance below 1 is a part of the range from 0 to 1, another counts such steps.
   */
  private static boolean close(
      double shown, double expected, List<Tolerance> tolerances, int channel) {
    double limit = 0.51;
    if (!tolerances.isEmpty()) {
      Tolerance t = tolerances.get(Math.min(channel, tolerances.size() - 1));
      limit =
          t.percent()
              ? Math.abs(expected) * t.value() / 100
              : t.value() < 1 ? t.value() * 255 : t.value();
    }
    return Math.abs(shown - expected) <= limit;
  }

  static void probe(Script.ProbePixels e, byte[] actual) {
    TexelFormat format = e.buffer().image().format();
    int width = e.buffer().width();
    if ((long) e.x() + e.width() > width || (long) e.y() + e.height() > e.buffer().height()) {
      throw new ExpectationException(
          e.line(),
          "the rectangle is not inside of the "
              + width
              + " by "
              + e.buffer().height()
              + " pixels of the framebuffer");
    }
    List<Tolerance> tolerances =
        e.tolerances().isEmpty() ? List.of(new Tolerance(0.002, false)) : e.tolerances();
    for (int y = e.y(); y < e.y() + e.height(); y++) {
      for (int x = e.x(); x < e.x() + e.width(); x++) {
        double[] texel = format.decode(actual, (y * width + x) * format.bytes());
        for (int n = 0; n < e.colour().size(); n++) {
          if (format.bits()[n] > 0 && !near(texel[n], e.colour().get(n), tolerances, n)) {
            throw new ExpectationException(
                e.line(),
                String.format(
                    "expected channel %d of pixel %d, %d to be %s, got %s",
                    n, x, y, e.colour().get(n), texel[n]));
          }
        }
      }
    }
  }

  static void buffers(Script.ExpectBuffer e, byte[] first, byte[] second) {
    ElementLayout layout = e.first().layout();
    if (first.length != second.length
        || !layout.equals(e.second().layout())
        || layout.places().isEmpty() && !e.first().format().equals(e.second().format())) {
      throw new ExpectationException(
          e.line(),
          "buffers "
              + e.first().name()
              + " and "
              + e.second().name()
              + " differ in type or size ("
              + first.length
              + " and "
              + second.length
              + " bytes)");
    }
    double error =
        switch (e.comparator()) {
          case EQ_BUFFER -> differingNumbers(e, layout, first, second);
          case RMSE_BUFFER -> rootMeanSquare(numbers(e.first(), first), numbers(e.first(), second));
          case EQ_HISTOGRAM_EMD_BUFFER ->
              histogramDistance(
                  channels(e.first()), numbers(e.first(), first), numbers(e.first(), second));
        };
    if (!(error <= e.tolerance())) {
      throw new ExpectationException(
          e.line(), "expected a distance of at most " + e.tolerance() + ", got " + error);
    }
  }

  private static int differingNumbers(
      Script.ExpectBuffer e, ElementLayout layout, byte[] first, byte[] second) {
    if (layout.places().isEmpty()) {
      int at = Arrays.mismatch(first, second);
      if (at >= 0) {
        throw new ExpectationException(
            e.line(),
            "expected equal buffers, but "
                + e.first().name()
                + " and "
                + e.second().name()
                + " differ at byte "
                + at);
      }
      return 0;
    }
    for (int n = 0; n < first.length / layout.stride() * layout.places().size(); n++) {
      ElementLayout.Place place = layout.place(n);
      long a = place.type().get(first, place.offset());
      long b = place.type().get(second, place.offset());
      if (a != b) {
        throw new ExpectationException(
            e.line(),
            "expected equal buffers, got "
                + place.type().show(a)
                + " in "
                + e.first().name()
                + " and "
                + place.type().show(b)
                + " in "
                + e.second().name()
                + " at byte "
                + place.offset());
      }
    }
    return 0;
  }

  private static int channels(BufferSpec spec) {
    return spec.layout().places().isEmpty() ? 4 : spec.layout().places().size();
  }

  /** The numbers that are stored; of packed formats the channels, as numbers to 255. */
  private static double[] numbers(BufferSpec spec, byte[] bytes) {
    ElementLayout layout = spec.layout();
    int each = channels(spec);
    double[] made = new double[bytes.length / layout.stride() * each];
    if (!layout.places().isEmpty()) {
      for (int n = 0; n < made.length; n++) {
        ElementLayout.Place place = layout.place(n);
        made[n] = place.type().toDouble(place.type().get(bytes, place.offset()));
      }
      return made;
    }
    TexelFormat format = TexelFormat.of(spec.format());
    if (format == null) {
      throw new IllegalArgumentException(
          "buffer " + spec.name() + " of format " + spec.format() + " has no channels to compare");
    }
    double scale = format.kind().integer() ? 1 : 255;
    for (int n = 0; n < made.length / each; n++) {
      double[] texel = format.decode(bytes, n * layout.stride());
      for (int c = 0; c < each; c++) {
        made[n * each + c] = texel[c] * scale;
      }
    }
    return made;
  }

  private static double rootMeanSquare(double[] first, double[] second) {
    double sum = 0;
    for (int n = 0; n < first.length; n++) {
      double difference = first[n] - second[n];
      sum += difference * difference;
    }
    return first.length == 0 ? 0 : Math.sqrt(sum / first.length);
  }

  /**
   * The largest distance of a channel's two histograms: what share of the numbers has to be moved,
   * times how far in the range 0 to 255.
   */
  private static double histogramDistance(int channels, double[] first, double[] second) {
    int count = first.length / channels;
    double worst = 0;
    for (int channel = 0; channel < channels && count > 0; channel++) {
      int[] difference = new int[HISTOGRAM_BINS];
      for (int n = 0; n < count; n++) {
        difference[bin(first[n * channels + channel])]++;
        difference[bin(second[n * channels + channel])]--;
      }
      long carried = 0;
      long moved = 0;
      for (int value : difference) {
        carried += value;
        moved += Math.abs(carried);
      }
      worst = Math.max(worst, (double) moved / count / HISTOGRAM_BINS);
    }
    return worst;
  }

  private static int bin(double value) {
    return (int) Math.clamp(Math.floor(value), 0.0, HISTOGRAM_BINS - 1.0);
  }
}
