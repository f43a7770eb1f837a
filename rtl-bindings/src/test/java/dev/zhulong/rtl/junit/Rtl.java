package dev.zhulong.rtl.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a parameter of a JUnit test its model, and closes it after the test. The parameter is a
 * {@link dev.zhulong.rtl.VerilatedModel} or a class that the generator has written for the module.
 *
 * <pre>{@code
 * @Test
 * void sends(@Rtl(value = "uart_tx.sv", parameters = "DIVISOR=4") VerilatedModel uart) { … }
 * }</pre>
 *
 * <p>With {@code -Dzl.waves=FOLDER} a waveform of every test is written, and kept if the test
 * fails: {@code FOLDER/Class.method.module.fst}, with the number of the invocation where a test has
 * several.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RtlExtension.class)
public @interface Rtl {
  /**
   * Source files, packages before their users; relative to the folder of the Maven module, or to
   * its {@code src/test/systemverilog} or {@code src/main/systemverilog}.
   */
  String[] value();

  /** The top module; without it, it is called as the last file is. */
  String top() default "";

  /** Parameters of the top module: {@code NAME=NUMBER}, or {@code NAME="TEXT"}. */
  String[] parameters() default {};

  /** Folders in which {@code `include} finds files, looked for as the sources are. */
  String[] includes() default {};
}
