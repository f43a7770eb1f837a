package dev.zhulong.compiler.frontend.shaderc;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Problem;
import dev.zhulong.compiler.ir.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.shaderc.Shaderc;

/** Compiles GLSL and HLSL shaders to SPIR-V 1.6. Safe for use by many threads. */
public final class ShadercCompiler {
  /** What shaderc reads. */
  public enum Input {
    /** GLSL 4.60 for Vulkan; the entry point is {@code main}. */
    GLSL,
    /** HLSL of shader model 5 and its attributes for Vulkan; any function can be the entry. */
    HLSL
  }

  /** {@code name:line: error: 'token' : message}, as shaderc reports. */
  private static final Pattern MESSAGE =
      Pattern.compile("(?:(.*?):)?(\\d+): (error|warning): (?:'(.*?)' : +)?(.*)");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");
  private static final Pattern VERSION =
      Pattern.compile("(?m)^[ \\t]*#[ \\t]*version[ \\t]+(\\d{1,9})([ \\t]+es\\b)?");

  private static final Pattern BLANK_ES =
      Pattern.compile(
          "\\A(\\s*\\n[ \\t]*)(#[ \\t]*version[ \\t]+\\d+[ \\t]+es\\b[^\n]*)(?:\\n|\\z)");

  private static final int MAXIMUM_SOURCE = 1 << 20;

  /**
   * The library recurses over expressions without a limit, and an overflow would end the process;
   * this is enough for any source of the accepted size. Only what is used becomes memory.
   */
  private static final long STACK_BYTES = 1L << 30;

  private ShadercCompiler() {}

  /** The compiler object, made once: loading the library takes most of a second. */
  private static final class Shared {
    private static final long COMPILER = load();

    private static long load() {
      if (Configuration.SHARED_LIBRARY_EXTRACT_PATH.get() == null) {
        Configuration.SHARED_LIBRARY_EXTRACT_PATH.set(cacheFolder().toString());
      }
      long compiler = Shaderc.shaderc_compiler_initialize();
      if (compiler == 0) {
        throw new IllegalStateException("shaderc could not be started; is there memory left?");
      }
      return compiler;
    }

    private static Path cacheFolder() {
      String cache = System.getenv("XDG_CACHE_HOME");
      Path base =
          cache != null && !cache.isBlank()
              ? Path.of(cache)
              : Path.of(System.getProperty("user.home"), ".cache");
      Path folder = base.resolve("zhulong").resolve("native");
      try {
        return Files.createDirectories(folder);
      } catch (IOException e) {
        return Path.of(System.getProperty("java.io.tmpdir"));
      }
    }
  }

  /**
   * Compiles a shader.
   *
   * @param input its language
   * @param name the source's name, for messages and debug information
   * @param source its text in UTF-8
   * @param entryPoint the function to start at; null for {@code main}
   * @param defines macros to define before its first line
   * @param stage the stage of a render pipeline that it is for, or null for a compute shader
   * @return the SPIR-V binary
   * @throws Rejection with one problem an error that shaderc reports
   */
  public static byte[] compile(
      Input input,
      String name,
      byte[] source,
      String entryPoint,
      Map<String, String> defines,
      ShaderStage stage) {
    if (source.length > MAXIMUM_SOURCE) {
      throw new Rejection(
          new Location(name, 0, 0),
          "source of " + source.length + " bytes; at most " + MAXIMUM_SOURCE + " are accepted");
    }
    byte[] accepted = input == Input.GLSL ? versioned(name, source, stage) : source;
    FutureTask<byte[]> task =
        new FutureTask<>(() -> call(input, name, source, accepted, entryPoint, defines, stage));
    Thread thread = new Thread(null, task, "shaderc", STACK_BYTES);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The source with its version checked: where it has no compute shaders, the library fails over
   * its own declarations. A version of ES must be the first line, which scripts' indentation and
   * blank lines should not hurt; the lines after it keep their numbers.
   */
  private static byte[] versioned(String name, byte[] source, ShaderStage stage) {
    String text = new String(source, StandardCharsets.ISO_8859_1);
    Matcher version = VERSION.matcher(COMMENT.matcher(text).replaceAll(" "));
    if (!version.find()) {
      throw new Rejection(
          new Location(name, 1, 0), "there is no #version; begin the shader with #version 450");
    }
    int number = Integer.parseInt(version.group(1));
    int compute = version.group(2) == null ? 420 : 310;
    int graphics = version.group(2) == null ? 140 : 310;
    if (stage != null && number < graphics) {
      throw new Rejection(
          new Location(name, 1, 0),
          version.group().strip() + " has no shaders for Vulkan; use #version 450");
    }
    if (stage == null && number < compute) {
      throw new Rejection(
          new Location(name, 1, 0),
          version.group().strip() + " has no compute shaders; use #version 450");
    }
    Matcher leading = BLANK_ES.matcher(text);
    if (!leading.find()) {
      return source;
    }
    long blank = leading.group(1).chars().filter(c -> c == '\n').count();
    String rest = text.substring(leading.end());
    return (leading.group(2) + "\n#line " + (blank + 2) + "\n" + rest)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static RuntimeException failure(Throwable cause) {
    return switch (cause) {
      case Rejection rejection -> rejection;
      case Error error -> throw error;
      default -> new IllegalStateException("shaderc cannot be used: " + cause.getMessage(), cause);
    };
  }

  private static byte[] call(
      Input input,
      String name,
      byte[] source,
      byte[] accepted,
      String entryPoint,
      Map<String, String> defines,
      ShaderStage stage) {
    long options = Shaderc.shaderc_compile_options_initialize();
    ByteBuffer text = MemoryUtil.memAlloc(accepted.length);
    text.put(accepted).flip();
    ByteBuffer file = MemoryUtil.memUTF8(name);
    boolean named = input == Input.HLSL && entryPoint != null;
    ByteBuffer entry = MemoryUtil.memUTF8(named ? entryPoint : "main");
    List<ByteBuffer> macros = new ArrayList<>();
    long result = 0;
    try {
      Shaderc.shaderc_compile_options_set_target_env(
          options, Shaderc.shaderc_target_env_vulkan, Shaderc.shaderc_env_version_vulkan_1_3);
      Shaderc.shaderc_compile_options_set_target_spirv(options, Shaderc.shaderc_spirv_version_1_6);
      Shaderc.shaderc_compile_options_set_generate_debug_info(options);
      if (input == Input.HLSL) {
        Shaderc.shaderc_compile_options_set_source_language(
            options, Shaderc.shaderc_source_language_hlsl);
        // Register numbers are binding numbers, and what has neither gets a free one.
        Shaderc.shaderc_compile_options_set_hlsl_io_mapping(options, true);
        Shaderc.shaderc_compile_options_set_auto_bind_uniforms(options, true);
        Shaderc.shaderc_compile_options_set_hlsl_offsets(options, true);
        // HLSL's exponent is a float; the library passes it on to SPIR-V, which wants an integer.
        define(options, "ldexp(x, e)", "((x) * exp2(e))", macros);
      }
      defines.forEach((macro, value) -> define(options, macro, value, macros));
      result =
          Shaderc.shaderc_compile_into_spv(
              Shared.COMPILER, text, kind(stage), file, entry, options);
      return binary(name, source, named ? entryPoint : "main", result);
    } finally {
      if (result != 0) {
        Shaderc.shaderc_result_release(result);
      }
      Shaderc.shaderc_compile_options_release(options);
      macros.forEach(MemoryUtil::memFree);
      MemoryUtil.memFree(entry);
      MemoryUtil.memFree(file);
      MemoryUtil.memFree(text);
    }
  }

  private static void define(long options, String macro, String value, List<ByteBuffer> texts) {
    ByteBuffer key = MemoryUtil.memUTF8(macro, false);
    ByteBuffer replacement = MemoryUtil.memUTF8(value, false);
    texts.add(key);
    texts.add(replacement);
    Shaderc.shaderc_compile_options_add_macro_definition(options, key, replacement);
  }

  private static int kind(ShaderStage stage) {
    return switch (stage) {
      case null -> Shaderc.shaderc_glsl_compute_shader;
      case VERTEX -> Shaderc.shaderc_glsl_vertex_shader;
      case FRAGMENT -> Shaderc.shaderc_glsl_fragment_shader;
    };
  }

  private static byte[] binary(String name, byte[] source, String entryPoint, long result) {
    if (result == 0) {
      throw new IllegalStateException("shaderc gave no result for " + name);
    }
    int status = Shaderc.shaderc_result_get_compilation_status(result);
    if (status != Shaderc.shaderc_compilation_status_success) {
      String report = Shaderc.shaderc_result_get_error_message(result);
      if (report != null && report.contains("Entry point not found")) {
        throw new Rejection(
            new Location(name, 0, 0),
            "no function " + entryPoint + " to start at; name the entry point with --entry");
      }
      throw new Rejection(problems(name, new String(source, StandardCharsets.UTF_8), report));
    }
    ByteBuffer bytes = Shaderc.shaderc_result_get_bytes(result);
    if (bytes == null) {
      throw new IllegalStateException("shaderc gave no binary for " + name);
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  /**
   * Reads shaderc's report: one message a line, and a count at the end. It knows no columns, so the
   * place in the line is where the token it names stands alone for the first time.
   */
  static List<Problem> problems(String name, String source, String report) {
    String[] lines = source.split("\\R", -1);
    List<Problem> made = new ArrayList<>();
    String other = "";
    for (String line : (report == null ? "" : report).split("\n")) {
      Matcher matcher = MESSAGE.matcher(line.strip());
      if (matcher.matches() && matcher.group(3).equals("error")) {
        int number = Integer.parseInt(matcher.group(2));
        String token = matcher.group(4) == null ? "" : matcher.group(4);
        String text = number >= 1 && number <= lines.length ? lines[number - 1] : "";
        String message = matcher.group(5).strip();
        made.add(
            new Problem(
                new Location(name, number, column(text, token)),
                token.isBlank() ? message : "'" + token + "': " + message));
      } else if (other.isEmpty() && !line.isBlank()) {
        other = line.strip();
      }
    }
    if (made.isEmpty()) {
      made.add(new Problem(new Location(name, 0, 0), other.isEmpty() ? "rejected" : other));
    }
    return made;
  }

  private static int column(String line, String token) {
    if (token.isBlank()) {
      return 0;
    }
    Matcher whole = Pattern.compile("(?<!\\w)" + Pattern.quote(token) + "(?!\\w)").matcher(line);
    return whole.find() ? whole.start() + 1 : 0;
  }
}
