package dev.zhulong.hal.transport;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A device address: {@code scheme:path?name=value&name=value}, path and parameters optional.
 *
 * @param text the address as given, for messages
 * @param scheme the part before the first colon
 * @param path between the colon and the question mark; may be empty
 * @param parameters in the order given
 */
public record DeviceAddress(
    String text, String scheme, String path, Map<String, String> parameters) {

  /** Copies the parameters. */
  public DeviceAddress {
    parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /**
   * Takes an address apart.
   *
   * @throws IllegalArgumentException if it has no scheme or a parameter has no value
   */
  public static DeviceAddress parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "device address \"" + text + "\" has no scheme; write for example sim: or rtl:");
    }
    int question = text.indexOf('?', colon);
    String path = text.substring(colon + 1, question < 0 ? text.length() : question);
    Map<String, String> parameters = new LinkedHashMap<>();
    if (question >= 0 && question + 1 < text.length()) {
      for (String pair : text.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1 || equals == pair.length() - 1) {
          throw new IllegalArgumentException(
              "device address \"" + text + "\": \"" + pair + "\" is not of the form name=value");
        }
        if (parameters.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
          throw new IllegalArgumentException(
              "device address \""
                  + text
                  + "\" gives "
                  + pair.substring(0, equals)
                  + " more than once");
        }
      }
    }
    return new DeviceAddress(text, text.substring(0, colon), path, parameters);
  }

  /**
   * Checks that only known parameters are given.
   *
   * @throws IllegalArgumentException naming the first unknown one and all that are known
   */
  public void allowOnly(List<String> names) {
    for (String name : parameters.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "device address \""
                + text
                + "\": unknown parameter "
                + name
                + "; known: "
                + String.join(", ", names));
      }
    }
  }

  /**
   * A parameter with few values.
   *
   * @return its value, or the first of {@code values} where it is not given
   * @throws IllegalArgumentException if it is none of them
   */
  public String choice(String name, List<String> values) {
    String value = parameters.getOrDefault(name, values.getFirst());
    if (!values.contains(value)) {
      throw new IllegalArgumentException(
          "device address \""
              + text
              + "\": "
              + name
              + " is "
              + value
              + ", must be "
              + String.join(" or ", values));
    }
    return value;
  }

  /** The same address without a parameter. */
  public DeviceAddress without(String name) {
    Map<String, String> rest = new LinkedHashMap<>(parameters);
    rest.remove(name);
    return new DeviceAddress(text, scheme, path, rest);
  }

  /**
   * A whole-number parameter.
   *
   * @return its value, or {@code fallback} where it is not given
   * @throws IllegalArgumentException if it is not a number from {@code least} to {@code most}
   */
  public int number(String name, int fallback, int least, int most) {
    String value = parameters.get(name);
    if (value == null) {
      return fallback;
    }
    int number;
    try {
      number = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      number = least - 1;
    }
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "device address \""
              + text
              + "\": "
              + name
              + " is "
              + value
              + ", must be a number from "
              + least
              + " to "
              + most);
    }
    return number;
  }
}
