package dev.zhulong.hal;

import dev.zhulong.firmware.isa.MemoryMap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Puts console bytes of the channels together into lines. */
final class Console {
  /**
   * A line longer than this is delivered in pieces, so that no program can fill the host's memory.
   */
  private static final int LONGEST_LINE = 1 << 16;

  private final ByteArrayOutputStream[] lines =
      new ByteArrayOutputStream[MemoryMap.CONSOLE_CHANNELS];
  private Consumer<String> sink;

  Console(Consumer<String> sink) {
    this.sink = sink;
  }

  void sink(Consumer<String> newSink) {
    sink = newSink;
  }

  void accept(int channel, byte value) {
    ByteArrayOutputStream line = lines[channel];
    if (line == null) {
      line = new ByteArrayOutputStream();
      lines[channel] = line;
    }
    if (value == '\n' || line.size() == LONGEST_LINE) {
      deliver(line);
    }
    if (value != '\n') {
      line.write(value);
    }
  }

  /** Delivers what has no newline yet; a launch has ended. */
  void flush() {
    for (ByteArrayOutputStream line : lines) {
      if (line != null && line.size() > 0) {
        deliver(line);
      }
    }
  }

  /** Delivers a line that is whole. */
  void deliver(String line) {
    sink.accept(line);
  }

  private void deliver(ByteArrayOutputStream line) {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    sink.accept(text);
  }
}
