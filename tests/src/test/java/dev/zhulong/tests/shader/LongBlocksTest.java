package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Straight code of any length before what must not be moved: the scheduler works on windows. */
class LongBlocksTest {
  @Test
  void everyLengthUpToABarrier() throws CompileException {
    try (Gpu gpu = Gpu.open("sim:");
        Buffer data = gpu.allocate(32)) {
      for (int length = 170; length < 210; length++) {
        StringBuilder steps = new StringBuilder();
        int expected = 5;
        for (int n = 0; n < length; n++) {
          steps.append(n % 2 == 0 ? "x ^= y; " : "x += y; ");
          expected = n % 2 == 0 ? expected ^ 9 : expected + 9;
        }
        String text =
            """
            #version 450
            layout(local_size_x = 1) in;
            layout(binding = 0) buffer B { uint x, y, before, after; } b;
            void main() {
              uint x = b.x, y = b.y;
              %s
              b.before = x;
              barrier();
              memoryBarrier();
              b.after = x + b.y;
            }
            """
                .formatted(steps);
        ShaderSource source =
            new ShaderSource("long.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
        data.write(5, 9, 0, 0, 0, 0, 0, 0);
        byte[] elf = ShaderCompiler.compile(source, CompileOptions.defaults()).elf();
        try (Kernel kernel = gpu.load(elf, "long")) {
          kernel.launch(1, 1, 1).bind(0, data).submit().await();
        }
        assertEquals(expected, data.readInts()[2], length + " steps");
        assertEquals(expected + 9, data.readInts()[3], length + " steps");
      }
    }
  }
}
