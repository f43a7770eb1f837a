package dev.zhulong.precision;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A shader, or a kernel, that applies a function: each invocation takes its arguments from one
 * buffer and puts its results into another, all as words.
 */
final class FunctionShader {
  /** Invocations of a workgroup. */
  static final int GROUP = 64;

  private static final String TYPES =
      """
      %void = OpTypeVoid
      %uint = OpTypeInt 32 0
      %float = OpTypeFloat 32
      %vec2 = OpTypeVector %float 2
      %vec3 = OpTypeVector %float 3
      %vec4 = OpTypeVector %float 4
      %uint3 = OpTypeVector %uint 3
      %input = OpTypePointer Input %uint3
      %gid = OpVariable %input Input
      %own_float = OpTypePointer Function %float
      """;

  private static final String SHADER_TYPES =
      """
      %int = OpTypeInt 32 1
      %own_int = OpTypePointer Function %int
      %mat2 = OpTypeMatrix %vec2 2
      %mat3 = OpTypeMatrix %vec3 3
      %mat4 = OpTypeMatrix %vec4 4
      %two_floats = OpTypeStruct %float %float
      %float_and_int = OpTypeStruct %float %int
      %zero = OpConstant %uint 0
      %array = OpTypeRuntimeArray %uint
      %block = OpTypeStruct %array
      %block_pointer = OpTypePointer StorageBuffer %block
      %word = OpTypePointer StorageBuffer %uint
      %from = OpVariable %block_pointer StorageBuffer
      %to = OpVariable %block_pointer StorageBuffer
      %type = OpTypeFunction %void
      %main = OpFunction %void None %type
      """;

  private static final String KERNEL_TYPES =
      """
      %own_uint = OpTypePointer Function %uint
      %word = OpTypePointer CrossWorkgroup %uint
      %type = OpTypeFunction %void %word %word
      %main = OpFunction %void None %type
      %from = OpFunctionParameter %word
      %to = OpFunctionParameter %word
      """;

  private static final String SHADER_HEAD =
      """
      ; Version: 1.3
      OpCapability Shader
      %%std = OpExtInstImport "%s"
      OpMemoryModel Logical GLSL450
      OpEntryPoint GLCompute %%main "main" %%gid
      OpExecutionMode %%main LocalSize %d 1 1
      OpDecorate %%gid BuiltIn GlobalInvocationId
      OpDecorate %%array ArrayStride 4
      OpMemberDecorate %%block 0 Offset 0
      OpDecorate %%block Block
      OpDecorate %%from DescriptorSet 0
      OpDecorate %%from Binding 0
      OpDecorate %%to DescriptorSet 0
      OpDecorate %%to Binding 1
      """;

  private static final String KERNEL_HEAD =
      """
      ; Version: 1.0
      OpCapability Addresses
      OpCapability Kernel
      %%std = OpExtInstImport "%s"
      OpMemoryModel Physical32 OpenCL
      OpEntryPoint Kernel %%main "main" %%gid
      OpExecutionMode %%main LocalSize %d 1 1
      OpDecorate %%gid BuiltIn GlobalInvocationId
      """;

  private static final String[] NAMES = {"%a", "%b", "%c"};

  private final MeasuredFunction function;
  private final boolean kernel;
  private final StringBuilder constants = new StringBuilder();
  private final StringBuilder code = new StringBuilder();

  private FunctionShader(MeasuredFunction function) {
    this.function = function;
    this.kernel = function.set() == FunctionSet.OPENCL;
  }

  /** The shader's text. */
  static String text(MeasuredFunction function) {
    return new FunctionShader(function).write();
  }

  /** The kernel image. */
  static byte[] compile(MeasuredFunction function) throws CompileException {
    byte[] text = text(function).getBytes(StandardCharsets.UTF_8);
    ShaderSource source =
        new ShaderSource(function.name() + ".spvasm", ShaderSource.Language.SPIRV_TEXT, text);
    CompileOptions options = new CompileOptions(null, Map.of(), 2, Map.of(), false);
    return ShaderCompiler.compile(source, options).elf();
  }

  private void line(String format, Object... values) {
    code.append(String.format(format, values)).append('\n');
  }

  private String write() {
    loads();
    code.append(function.body()).append('\n');
    stores();
    String head =
        String.format(kernel ? KERNEL_HEAD : SHADER_HEAD, function.set().imported(), GROUP);
    String whole =
        head
            + TYPES
            + (kernel ? "" : SHADER_TYPES.substring(0, SHADER_TYPES.indexOf("%type =")))
            + constants
            + (kernel ? KERNEL_TYPES : SHADER_TYPES.substring(SHADER_TYPES.indexOf("%type =")))
            + "%entry = OpLabel\n"
            + "%float_place = OpVariable %own_float Function\n"
            + "%int_place = OpVariable %own_int Function\n"
            + "%ids = OpLoad %uint3 %gid\n"
            + "%number = OpCompositeExtract %uint %ids 0\n"
            + code
            + "OpReturn\nOpFunctionEnd\n";
    return kernel ? whole.replace("%int ", "%uint ").replace("%own_int ", "%own_uint ") : whole;
  }

  /** The place of a word of this invocation. */
  private void place(String id, String buffer, int words, int word) {
    String name = id.substring(1);
    constants.append(String.format("%%%s_n = OpConstant %%uint %d%n", name, words));
    constants.append(String.format("%%%s_k = OpConstant %%uint %d%n", name, word));
    line("%%%s_s = OpIMul %%uint %%number %%%s_n", name, name);
    line("%%%s_i = OpIAdd %%uint %%%s_s %%%s_k", name, name, name);
    if (kernel) {
      line("%s = OpInBoundsPtrAccessChain %%word %s %%%s_i", id, buffer, name);
    } else {
      line("%s = OpAccessChain %%word %s %%zero %%%s_i", id, buffer, name);
    }
  }

  private void loads() {
    int word = 0;
    for (int n = 0; n < function.parameters().size(); n++) {
      ValueKind type = function.parameters().get(n);
      List<String> columns = new ArrayList<>();
      for (int c = 0; c < type.columns(); c++) {
        List<String> rows = new ArrayList<>();
        for (int r = 0; r < type.rows(); r++) {
          String id = String.format("%%in%d", word);
          place(id + "_p", "%from", function.argumentWords(), word);
          line("%s_w = OpLoad %%uint %s_p", id, id);
          if (type == ValueKind.UINT || type.isInteger() && kernel) {
            line("%s = OpCopyObject %%uint %s_w", id, id);
          } else {
            line("%s = OpBitcast %s %s_w", id, type.isInteger() ? "%int" : "%float", id);
          }
          rows.add(id);
          word++;
        }
        columns.add(joined(NAMES[n] + "_c" + c, ValueKind.vector(type.rows()), rows));
      }
      if (type.columns() > 1) {
        line("%s = OpCompositeConstruct %s %s", NAMES[n], type.id(), String.join(" ", columns));
      } else {
        line("%s = OpCopyObject %s %s", NAMES[n], type.id(), columns.getFirst());
      }
    }
  }

  private String joined(String id, ValueKind type, List<String> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    line("%s = OpCompositeConstruct %s %s", id, type.id(), String.join(" ", parts));
    return id;
  }

  private void stores() {
    int word = 0;
    for (int n = 0; n < function.results().size(); n++) {
      ValueKind type = function.results().get(n);
      String whole = function.results().size() > 1 ? "%r" + n : "%r";
      for (int c = 0; c < type.columns(); c++) {
        for (int r = 0; r < type.rows(); r++) {
          String id = "%out" + word;
          String part = whole;
          if (type.words() > 1) {
            String path = type.columns() > 1 ? c + " " + r : "" + r;
            line("%s_x = OpCompositeExtract %%float %s %s", id, whole, path);
            part = id + "_x";
          }
          if (type == ValueKind.UINT || type.isInteger() && kernel) {
            line("%s = OpCopyObject %%uint %s", id, part);
          } else {
            line("%s = OpBitcast %%uint %s", id, part);
          }
          place(id + "_p", "%to", function.resultWords(), word);
          line("OpStore %s_p %s", id, id);
          word++;
        }
      }
    }
  }
}
