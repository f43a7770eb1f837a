package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.util.Locale;

/** Makes the front end's rejections. */
final class SpirvErrors {
  private SpirvErrors() {}

  /** A rejection at a place, which may be null. */
  static Rejection at(Location location, String format, Object... arguments) {
    return new Rejection(location, String.format(Locale.ROOT, format, arguments));
  }
}
