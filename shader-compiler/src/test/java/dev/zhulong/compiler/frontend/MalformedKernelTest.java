package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.backend.CodeGenException;
import dev.zhulong.compiler.frontend.spirv.SpirvFrontEnd;
import dev.zhulong.compiler.frontend.spirvtext.SpirvAssembler;
import dev.zhulong.compiler.ir.Rejection;
import dev.zhulong.compiler.transform.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A damaged OpenCL module is translated or refused, whatever its words are. */
class MalformedKernelTest {
  private static final String KERNEL =
      """
      ; Version: 1.0
      OpCapability Addresses
      OpCapability Kernel
      OpMemoryModel Physical32 OpenCL
      OpEntryPoint Kernel %main "k" %gid
      OpExecutionMode %main LocalSize 8 1 1
      OpDecorate %gid BuiltIn GlobalInvocationId
      %void = OpTypeVoid
      %bool = OpTypeBool
      %uint = OpTypeInt 32 0
      %uint3 = OpTypeVector %uint 3
      %n0 = OpConstant %uint 0
      %n4 = OpConstant %uint 4
      %array = OpTypeArray %uint %n4
      %struct = OpTypeStruct %uint %array
      %in = OpTypePointer Input %uint3
      %out = OpTypePointer CrossWorkgroup %uint
      %own = OpTypePointer Function %struct
      %word = OpTypePointer Function %uint
      %type = OpTypeFunction %void %out
      %gid = OpVariable %in Input
      %main = OpFunction %void None %type
      %y = OpFunctionParameter %out
      %entry = OpLabel
      %v = OpVariable %own Function
      %ids = OpLoad %uint3 %gid
      %i = OpCompositeExtract %uint %ids 0
      OpBranch %head
      %head = OpLabel
      %n = OpPhi %uint %i %entry %m %next
      %w = OpBitcast %word %v
      %q = OpInBoundsPtrAccessChain %word %w %n
      OpStore %q %n
      %t = OpULessThan %bool %n %n4
      OpBranchConditional %t %next %end
      %next = OpLabel
      %m = OpIAdd %uint %n %n4
      OpSwitch %m %head 3 %end
      %end = OpLabel
      %p = OpInBoundsPtrAccessChain %out %y %i
      OpStore %p %n0
      OpReturn
      OpFunctionEnd
      """;

  @Test
  void damagedWordsGiveAProgramOrAReason() {
    byte[] whole = SpirvAssembler.assemble("k", KERNEL.getBytes(StandardCharsets.UTF_8));
    long seed = Long.getLong("zl.seed", System.nanoTime() & 0xffff_ffffL);
    Random random = new Random(seed);
    int accepted = 0;
    for (int n = 0; n < 20_000; n++) {
      byte[] bytes = whole.clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        int word = random.nextInt(5, bytes.length / 4);
        bytes[4 * word + random.nextInt(2)] = (byte) random.nextInt(80);
      }
      try {
        Pipeline.run(SpirvFrontEnd.translate("k.spv", bytes, null), 2, (_, _) -> {});
        accepted++;
      } catch (Rejection | CodeGenException e) {
        assertTrue(!e.getMessage().isBlank());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", module " + n, e);
      }
    }
    assertTrue(accepted > 100, accepted + " modules were accepted");
  }
}
