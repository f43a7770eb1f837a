package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One kernel in every language: neighbours exchanged through shared memory, scaled, and biased. */
class LanguagesTest {
  private static final int ITEMS = 128;
  private static final int COUNT = 100;

  private static final Map<Language, String> SOURCES =
      Map.of(
          Language.GLSL,
          """
          #version 460
          layout(local_size_x = 64) in;
          layout(binding = 0) readonly buffer In { float a[]; };
          layout(binding = 1) buffer Out { float b[]; };
          layout(binding = 2) uniform Params { float scale; uint count; };
          shared float tile[64];
          void main() {
            uint i = gl_GlobalInvocationID.x, l = gl_LocalInvocationIndex;
            tile[l] = a[i];
            barrier();
            if (i < count) b[i] = tile[l ^ 1] * scale + float(l);
          }
          """,
          Language.HLSL,
          """
          StructuredBuffer<float> a : register(t0);
          RWStructuredBuffer<float> b : register(u1);
          cbuffer Params : register(b2) { float scale; uint count; };
          groupshared float tile[64];
          [numthreads(64, 1, 1)]
          void start(uint3 id : SV_DispatchThreadID, uint l : SV_GroupIndex) {
            tile[l] = a[id.x];
            GroupMemoryBarrierWithGroupSync();
            if (id.x < count) b[id.x] = tile[l ^ 1] * scale + float(l);
          }
          """,
          Language.WGSL,
          """
          struct Params { scale: f32, count: u32 }
          @group(0) @binding(0) var<storage, read> a: array<f32>;
          @group(0) @binding(1) var<storage, read_write> b: array<f32>;
          @group(0) @binding(2) var<uniform> params: Params;
          var<workgroup> tile: array<f32, 64>;
          @compute @workgroup_size(64)
          fn start(@builtin(global_invocation_id) id: vec3u,
              @builtin(local_invocation_index) l: u32) {
            tile[l] = a[id.x];
            workgroupBarrier();
            if (id.x < params.count) { b[id.x] = tile[l ^ 1u] * params.scale + f32(l); }
          }
          """,
          Language.SPIRV_TEXT,
          """
            OpCapability Shader
            OpMemoryModel Logical GLSL450
            OpEntryPoint GLCompute %main "main" %gid %index %a %b %params %tile
            OpExecutionMode %main LocalSize 64 1 1
            OpDecorate %gid BuiltIn GlobalInvocationId
            OpDecorate %index BuiltIn LocalInvocationIndex
            OpDecorate %floats ArrayStride 4
            OpDecorate %Buf Block
            OpMemberDecorate %Buf 0 Offset 0
            OpDecorate %Params Block
            OpMemberDecorate %Params 0 Offset 0
            OpMemberDecorate %Params 1 Offset 4
            OpDecorate %a DescriptorSet 0
            OpDecorate %a Binding 0
            OpDecorate %a NonWritable
            OpDecorate %b DescriptorSet 0
            OpDecorate %b Binding 1
            OpDecorate %params DescriptorSet 0
            OpDecorate %params Binding 2
            %void = OpTypeVoid
            %fn = OpTypeFunction %void
            %bool = OpTypeBool
            %u32 = OpTypeInt 32 0
            %f32 = OpTypeFloat 32
            %v3 = OpTypeVector %u32 3
            %floats = OpTypeRuntimeArray %f32
            %Buf = OpTypeStruct %floats
            %Params = OpTypeStruct %f32 %u32
            %u0 = OpConstant %u32 0
            %u1 = OpConstant %u32 1
            %u2 = OpConstant %u32 2
            %u64 = OpConstant %u32 64
            %fences = OpConstant %u32 264
            %in_v3   = OpTypePointer Input %v3
            %in_u    = OpTypePointer Input %u32
            %p_buf   = OpTypePointer StorageBuffer %Buf
            %p_f     = OpTypePointer StorageBuffer %f32
            %p_par   = OpTypePointer Uniform %Params
            %p_uf    = OpTypePointer Uniform %f32
            %p_uu    = OpTypePointer Uniform %u32
            %tile_t = OpTypeArray %f32 %u64
            %p_tile  = OpTypePointer Workgroup %tile_t
            %p_wf    = OpTypePointer Workgroup %f32
            %gid = OpVariable %in_v3 Input
            %index = OpVariable %in_u Input
            %a = OpVariable %p_buf StorageBuffer
            %b = OpVariable %p_buf StorageBuffer
            %params = OpVariable %p_par Uniform
            %tile = OpVariable %p_tile Workgroup
            %main = OpFunction %void None %fn
            %entry = OpLabel
            %id3 = OpLoad %v3 %gid
            %i = OpCompositeExtract %u32 %id3 0
            %l = OpLoad %u32 %index
            %pa = OpAccessChain %p_f %a %u0 %i
            %va = OpLoad %f32 %pa
            %pt = OpAccessChain %p_wf %tile %l
            OpStore %pt %va
            OpControlBarrier %u2 %u2 %fences
            %pc = OpAccessChain %p_uu %params %u1
            %n = OpLoad %u32 %pc
            %in = OpULessThan %bool %i %n
            OpSelectionMerge %end None
            OpBranchConditional %in %then %end
            %then = OpLabel
            %x = OpBitwiseXor %u32 %l %u1
            %pn = OpAccessChain %p_wf %tile %x
            %vn = OpLoad %f32 %pn
            %ps = OpAccessChain %p_uf %params %u0
            %s = OpLoad %f32 %ps
            %m  = OpFMul %f32 %vn %s
            %lf = OpConvertUToF %f32 %l
            %r = OpFAdd %f32 %m %lf
            %pb = OpAccessChain %p_f %b %u0 %i
            OpStore %pb %r
            OpBranch %end
            %end = OpLabel
            OpReturn
            OpFunctionEnd
          """);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPENCL_C")
  void sameResultInEveryLanguage(Language language) {
    // The binary is what the text gives.
    boolean binary = language == Language.SPIRV;
    byte[] text =
        SOURCES.get(binary ? Language.SPIRV_TEXT : language).getBytes(StandardCharsets.UTF_8);
    String entry = language == Language.HLSL ? "start" : null;
    CompiledKernel compiled = compile(binary ? Language.SPIRV_TEXT : language, text, entry);
    if (binary) {
      compiled = compile(language, compiled.spirv(), null);
    }
    float[] input = new float[ITEMS];
    float[] expected = new float[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      input[i] = i * 0.75f;
    }
    for (int i = 0; i < COUNT; i++) {
      expected[i] = (i ^ 1) * 0.75f * 2.5f + i % 64;
    }
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(compiled.elf(), "k");
        Buffer a = gpu.allocate(4L * ITEMS);
        Buffer b = gpu.allocate(4L * ITEMS);
        Buffer params = gpu.allocate(8)) {
      a.write(input);
      b.write(new float[ITEMS]);
      params.write(new int[] {Float.floatToRawIntBits(2.5f), COUNT});
      kernel.launch(ITEMS / 64, 1, 1).bind(0, a).bind(1, b).bind(2, params).submit().await();
      assertArrayEquals(expected, b.readFloats());
      assertEquals(64, kernel.info().groupX());
    }
  }

  private static CompiledKernel compile(Language language, byte[] content, String entry) {
    return ShaderCompiler.compile(
        new ShaderSource("k", language, content), new CompileOptions(entry, Map.of(), 2));
  }
}
