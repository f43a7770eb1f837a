package dev.zhulong.compiler.frontend.wgsl;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles WGSL modules to SPIR-V by naga. Safe for use by many threads. */
public final class WgslCompiler {
  private static final int MAXIMUM_SOURCE = 1 << 20;

  /** Where a report points: the first of its places is the one that is wrong. */
  private static final Pattern PLACE = Pattern.compile("─ [^:\\n]*:(\\d+):(\\d+)");

  private static final Pattern NOTE = Pattern.compile("(?m)^\\s*= (?:note: )?(.*)$");

  /** Instances at rest: making one takes milliseconds, and an instance serves one thread. */
  private static final Queue<Naga> IDLE = new ConcurrentLinkedQueue<>();

  private WgslCompiler() {}

  /**
   * Compiles a module with all its entry points.
   *
   * @param name the source's name, for messages
   * @param source its text in UTF-8
   * @return the SPIR-V binary
   * @throws Rejection with the first error that naga reports
   */
  public static byte[] compile(String name, byte[] source) {
    Location whole = new Location(name, 0, 0);
    if (source.length > MAXIMUM_SOURCE) {
      throw new Rejection(
          whole,
          "source of " + source.length + " bytes; at most " + MAXIMUM_SOURCE + " are accepted");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source)).toString();
    } catch (CharacterCodingException e) {
      throw new Rejection(whole, "not UTF-8 text");
    }
    try {
      Naga naga = IDLE.poll();
      if (naga == null) {
        naga = new Naga();
      }
      byte[] spirv = naga.translate(text);
      IDLE.add(naga);
      return spirv;
    } catch (Naga.Refused refused) {
      throw rejection(name, refused.getMessage());
    } catch (RuntimeException | StackOverflowError trap) {
      throw new Rejection(
          whole,
          "naga gave up on this module ("
              + trap.getMessage()
              + "); expressions nest too deeply, or"
              + " it is too large");
    }
  }

  /** A report is a line, a picture of the source with the place above it, and notes. */
  private static Rejection rejection(String name, String report) {
    StringBuilder message = new StringBuilder(report.lines().findFirst().orElse("rejected"));
    if (message.indexOf("error: ") == 0) {
      message.delete(0, "error: ".length());
    }
    if (message.indexOf("overrides ") == 0) {
      message.append("; this compiler cannot set them, so write const instead of override");
    }
    Matcher notes = NOTE.matcher(report);
    while (notes.find()) {
      message.append("; ").append(notes.group(1).strip());
    }
    Matcher place = PLACE.matcher(report);
    Location location =
        place.find()
            ? new Location(name, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)))
            : new Location(name, 0, 0);
    return new Rejection(location, message.toString());
  }
}
