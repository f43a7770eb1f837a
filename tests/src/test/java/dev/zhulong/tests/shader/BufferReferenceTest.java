package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.tests.NativeTools;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buffers that are reached by address: from push constants, through a list, to an array. */
class BufferReferenceTest {
  private static final String SHADER =
      """
      #version 460
      #extension GL_EXT_buffer_reference : require
      #extension GL_EXT_buffer_reference2 : require
      #extension GL_EXT_buffer_reference_uvec2 : require
      #extension GL_EXT_scalar_block_layout : require
      #extension GL_EXT_shader_explicit_arithmetic_types : require
      #extension GL_EXT_shader_16bit_storage : require
      layout(local_size_x = 4) in;
      layout(buffer_reference) buffer Node;
      layout(buffer_reference, scalar) buffer Node { Node next; uint value; };
      layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Words { uint word; };
      layout(push_constant, scalar) uniform Push { Node head; uint64_t target; uint16_t scale; } push;
      void main() {
        uint i = gl_GlobalInvocationID.x;
        uint sum = 0;
        for (Node n = push.head; uvec2(n) != uvec2(0); n = n.next) {
          sum += n.value;
        }
        Words target = Words(push.target);
        target[i].word = sum * uint(push.scale) + i;
        Words far = Words(push.target + 16ul + 4ul * i);
        far.word = uint(uint64_t(far) - push.target);
      }
      """;

  private static byte[] compile() throws CompileException {
    ShaderSource source =
        new ShaderSource("ref.comp", Language.GLSL, SHADER.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2)).elf();
  }

  @ParameterizedTest
  @CsvSource({"sim:", "rtl:?config=c1w4t4"})
  void listsAreFollowed(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(compile(), "ref");
        Buffer nodes = gpu.allocate(48);
        Buffer target = gpu.allocate(32)) {
      ByteBuffer list = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
      list.putLong(0, nodes.address() + 32).putInt(8, 1);
      list.putLong(16, 0).putInt(24, 100);
      list.putLong(32, nodes.address() + 16).putInt(40, 10);
      nodes.write(0, MemorySegment.ofArray(list.array()));
      Launch launch =
          kernel
              .launch(1, 1, 1)
              .push("head", nodes.address())
              .push("target", target.address())
              .push("scale", 3);
      assertThrows(DeviceFaultException.class, () -> launch.submit().await());
      launch.reachable(nodes, target).submit().await();
      assertArrayEquals(new int[] {333, 334, 335, 336, 16, 20, 24, 28}, target.readInts());
    }
  }
}
