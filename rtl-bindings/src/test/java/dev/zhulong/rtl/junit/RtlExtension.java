package dev.zhulong.rtl.junit;

import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves the parameters that {@link Rtl} marks. */
public final class RtlExtension implements ParameterResolver {
  private static final List<Path> ROOTS =
      List.of(Path.of(""), Path.of("src/test/systemverilog"), Path.of("src/main/systemverilog"));
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:(-?\\d+)|\"(.*)\")");
  private static final Pattern INVOCATION = Pattern.compile("invocation:#(\\d+)");

  /** A model of a running test; the store closes it when the test is over. */
  private record Resource(VerilatedModel model, Path waveform, ExtensionContext context)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      model.close();
      if (waveform == null) {
        return;
      }
      if (context.getExecutionException().isPresent()) {
        context.publishReportEntry("waveform", waveform.toAbsolutePath().toString());
      } else {
        Files.deleteIfExists(waveform);
      }
    }
  }

  /** For JUnit. */
  public RtlExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.isAnnotated(Rtl.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Rtl rtl = parameter.findAnnotation(Rtl.class).orElseThrow();
    String waves = System.getProperty("zl.waves", "");
    VerilatedDesign design = design(rtl);
    Object instance =
        instance(parameter.getParameter().getType(), waves.isEmpty() ? design : design.traced());
    VerilatedModel model = modelOf(instance);
    Path waveform = waves.isEmpty() ? null : startTrace(model, Path.of(waves), context);
    context
        .getStore(Namespace.create(RtlExtension.class, context.getUniqueId()))
        .put(parameter.getIndex(), new Resource(model, waveform, context));
    return instance;
  }

  private static VerilatedDesign design(Rtl rtl) {
    VerilatedDesign design =
        VerilatedModel.of(Stream.of(rtl.value()).map(RtlExtension::find).toArray(Path[]::new));
    for (String folder : rtl.includes()) {
      design = design.include(find(folder));
    }
    if (!rtl.top().isEmpty()) {
      design = design.top(rtl.top());
    }
    for (String parameter : rtl.parameters()) {
      Matcher parts = PARAMETER.matcher(parameter);
      if (!parts.matches()) {
        throw new ParameterResolutionException(
            "parameter " + parameter + " of @Rtl must be NAME=NUMBER or NAME=\"TEXT\"");
      }
      design =
          parts.group(2) == null
              ? design.parameter(parts.group(1), parts.group(3))
              : design.parameter(parts.group(1), Long.parseLong(parts.group(2)));
    }
    return design;
  }

  private static Path find(String name) {
    for (Path root : ROOTS) {
      Path file = root.resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new ParameterResolutionException(
        name
            + " of @Rtl is neither in "
            + Path.of("").toAbsolutePath()
            + " nor in its src/test/systemverilog or src/main/systemverilog");
  }

  private static Object instance(Class<?> type, VerilatedDesign design) {
    if (type == VerilatedModel.class) {
      return design.build();
    }
    try {
      return type.getConstructor(VerilatedDesign.class).newInstance(design);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw wrongType(type, e);
    } catch (ReflectiveOperationException e) {
      throw wrongType(type, e);
    }
  }

  private static VerilatedModel modelOf(Object instance) {
    if (instance instanceof VerilatedModel model) {
      return model;
    }
    try {
      return (VerilatedModel) instance.getClass().getField("model").get(instance);
    } catch (ReflectiveOperationException e) {
      throw wrongType(instance.getClass(), e);
    }
  }

  private static ParameterResolutionException wrongType(Class<?> type, Throwable cause) {
    return new ParameterResolutionException(
        "a parameter with @Rtl must be a VerilatedModel or a public generated class in a package"
            + " that is exported or open, not "
            + type.getName(),
        cause);
  }

  private static Path startTrace(VerilatedModel model, Path folder, ExtensionContext context) {
    try {
      Files.createDirectories(folder);
      Matcher invocation = INVOCATION.matcher(context.getUniqueId());
      String number = invocation.find() ? "." + invocation.group(1) : "";
      String test =
          context.getRequiredTestClass().getSimpleName()
              + "."
              + context.getRequiredTestMethod().getName();
      Path file = folder.resolve(test + number + "." + model.top() + ".fst");
      model.startTrace(file);
      return file;
    } catch (IOException e) {
      throw new ParameterResolutionException("no waveform can be written to " + folder, e);
    }
  }
}
