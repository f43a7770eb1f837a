package dev.zhulong.amber;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The words of a script, line by line, without comments; a backslash joins a line to the next. */
final class Tokens {
  private final String[] lines;
  private int next;
  private int line;
  private List<String> words = new ArrayList<>();
  private int word;

  Tokens(String text) {
    lines = text.split("\\R", -1);
  }

  /** Goes to the next line that has words; false at the end. */
  boolean nextLine() {
    while (next < lines.length) {
      line = next + 1;
      words = new ArrayList<>();
      word = 0;
      boolean more = true;
      while (more && next < lines.length) {
        String text = lines[next++];
        int comment = text.indexOf('#');
        text = (comment < 0 ? text : text.substring(0, comment)).strip();
        more = text.endsWith("\\");
        text = more ? text.substring(0, text.length() - 1) : text;
        for (String part : text.split("\\s+")) {
          if (!part.isEmpty()) {
            words.add(part);
          }
        }
      }
      if (!words.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Number of the current line, from 1. */
  int line() {
    return line;
  }

  /** Whether the current line has another word. */
  boolean has() {
    return word < words.size();
  }

  /** The next word without taking it; empty at the line's end. */
  String peek() {
    return has() ? words.get(word) : "";
  }

  /** Takes the next word if it is this one. */
  boolean take(String wanted) {
    if (peek().equals(wanted)) {
      word++;
      return true;
    }
    return false;
  }

  /** Takes the next word, which must be there. */
  String next(String what) {
    if (!has()) {
      throw error("the line ends where " + what + " should stand");
    }
    return words.get(word++);
  }

  /** Takes this word, which must be next. */
  void require(String wanted) {
    if (!take(wanted)) {
      throw error(
          has()
              ? "\"" + peek() + "\" stands where " + wanted + " should"
              : "the line ends where " + wanted + " should stand");
    }
  }

  /** Takes a whole number from 0 to a limit. */
  int integer(String what, long limit) {
    String text = next(what);
    long value;
    try {
      value = Long.decode(text);
    } catch (NumberFormatException e) {
      throw error(what + " \"" + text + "\" is not a whole number");
    }
    if (value < 0 || value > limit) {
      throw error(what + " " + text + " is outside 0 to " + limit);
    }
    return (int) value;
  }

  /** Takes all words of the current line and of those that follow, up to END, which is taken. */
  List<String> untilEnd() {
    int start = line;
    List<String> taken = new ArrayList<>();
    while (true) {
      while (has()) {
        if (take("END")) {
          return taken;
        }
        taken.add(next("a value"));
      }
      if (!nextLine()) {
        throw new ScriptException(start, "END is missing");
      }
    }
  }

  /** The rest of the words of the line. */
  List<String> rest() {
    List<String> taken = new ArrayList<>(words.subList(word, words.size()));
    word = words.size();
    return taken;
  }

  /** The lines as they stand, up to one for which the test holds; that one is taken if asked. */
  String raw(Predicate<String> isEnd, boolean takeEnd, boolean endMayBeMissing) {
    int start = line;
    StringBuilder text = new StringBuilder();
    while (next < lines.length && !isEnd.test(lines[next].strip())) {
      text.append(lines[next++]).append('\n');
    }
    if (next == lines.length && !endMayBeMissing) {
      throw new ScriptException(start, "END is missing");
    }
    if (takeEnd) {
      next++;
    }
    return text.toString();
  }

  /** The line must have no more words. */
  void finish() {
    if (has()) {
      throw error("\"" + peek() + "\" is not understood here");
    }
  }

  ScriptException error(String message) {
    return new ScriptException(line, message);
  }
}
