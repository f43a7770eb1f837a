package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buffers that a kernel reaches by their addresses, from the command line. */
class ReachTest {
  private static final String SHADER =
      """
      #version 460
      #extension GL_EXT_buffer_reference2 : require
      #extension GL_EXT_scalar_block_layout : require
      layout(local_size_x = 4) in;
      layout(buffer_reference, scalar) buffer Floats { float v[]; };
      layout(push_constant, scalar) uniform Push { Floats from; Floats to; float k; } p;
      void main() {
        uint i = gl_GlobalInvocationID.x;
        p.to.v[i] = p.from.v[i] * p.k;
      }
      """;

  @TempDir private Path folder;

  private Zl run(String push, String... options) throws IOException {
    Path shader = folder.resolve("r.comp");
    Files.writeString(shader, SHADER);
    String[] fixed = {"run", shader.toString(), "--grid", "1", "--push", push};
    String[] all = java.util.Arrays.copyOf(fixed, fixed.length + options.length);
    System.arraycopy(options, 0, all, fixed.length, options.length);
    return Zl.run(all);
  }

  @Test
  void addressesArePushed() throws IOException {
    Zl run =
        run(
            "u64:@a,u64:@b,f32:1.5",
            "--reach",
            "a=iota:f32:4",
            "--reach",
            "b=zeros:f32:4",
            "--print",
            "@b");
    assertEquals("@b: 0.0 1.5 3.0 4.5", run.succeeds().out().strip());
  }

  @Test
  void whatIsNotReachedIsNotTouched() throws IOException {
    run("u64:@a,u64:@b,f32:1", "--reach", "a=iota:f32:4").refuses("@b", "--reach b=SPEC");
    run("u64:@a,u64:0,f32:1", "--reach", "a=iota:f32:4").refuses("ACCESS writing");
  }
}
