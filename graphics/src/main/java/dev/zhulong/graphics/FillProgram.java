package dev.zhulong.graphics;

/** The kernel that clears an attachment: units of memory get a repeated pattern under a mask. */
final class FillProgram {
  static final int BUFFER = 0;
  private static final int PER_INVOCATION = 8;

  private FillProgram() {}

  /** Units that a workgroup fills. */
  static int unitsPerGroup(int lanes) {
    return PER_INVOCATION * lanes;
  }

  /** For units of 1, 2 or 4 bytes. */
  static String text(int unitBytes, int lanes) {
    String unit = TexelCode.unit(unitBytes);
    return """
        #version 460
        #extension GL_EXT_shader_explicit_arithmetic_types : require
        #extension GL_EXT_shader_8bit_storage : require
        #extension GL_EXT_shader_16bit_storage : require
        layout(local_size_x = %d) in;
        layout(set = 60, binding = 0, std430) buffer Target { %s target[]; };
        layout(push_constant) uniform Push {
          uvec4 value; uvec4 keep; uint first; uint count; uint period;
        };
        void main() {
          uint n = gl_WorkGroupID.x * %du + gl_LocalInvocationIndex;
          for (uint k = 0u; k < %du; k++) {
            if (n < count) {
              uint part = n %% period;
              uint at = first + n;
              uint kept = keep[part];
              uint old = kept == 0u ? 0u : uint(target[at]) & kept;
              target[at] = %s(old | value[part]);
            }
            n += %du;
          }
        }
        """
        .formatted(lanes, unit, unitsPerGroup(lanes), PER_INVOCATION, unit, lanes);
  }
}
