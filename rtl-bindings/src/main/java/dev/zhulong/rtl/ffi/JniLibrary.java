package dev.zhulong.rtl.ffi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/**
 * A model's library reached through the Java Native Interface: a method for every shape of function
 * in {@code zl_dut.h} and {@code zl_model.h}. Their first argument is the address of the function,
 * their second that of the object. {@code zl_jni.cpp} is the other side.
 */
public final class JniLibrary implements AutoCloseable {
  private static Path bridge;

  private final Path file;
  private long handle;

  /**
   * Loads a library.
   *
   * @param bridge the compiled {@code zl_jni.cpp}; the first one given serves the whole process
   * @throws NoSuchElementException if one of them cannot be loaded
   */
  public JniLibrary(Path bridge, Path file) {
    loadBridge(bridge);
    this.file = file;
    handle = load(bytes(file.toAbsolutePath().toString()));
    if (handle == 0) {
      throw new NoSuchElementException("the dynamic linker refuses " + file);
    }
  }

  private static synchronized void loadBridge(Path file) {
    if (bridge == null) {
      try {
        System.load(file.toAbsolutePath().toString());
      } catch (UnsatisfiedLinkError e) {
        throw (NoSuchElementException)
            new NoSuchElementException("the JNI bridge " + file).initCause(e);
      }
      bridge = file;
    }
  }

  /** A text as C takes it. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The address of a function.
   *
   * @throws NoSuchElementException if there is none of the name
   */
  public long find(String name) {
    long address = symbol(handle, bytes(name));
    if (address == 0) {
      throw new NoSuchElementException(file + " has no function " + name);
    }
    return address;
  }

  @Override
  public void close() {
    if (handle != 0) {
      unload(handle);
      handle = 0;
    }
  }

  private static native long load(byte[] path);

  private static native void unload(long library);

  private static native long symbol(long library, byte[] name);

  /** {@code int32_t f(void)}. */
  public static native int intOf(long function);

  /** {@code T *f(void)}. */
  public static native long longOf(long function);

  /** {@code T *f(int32_t)}. */
  public static native long longOfInt(long function, int a);

  /** {@code T *f(U *, int64_t)}, without an object. */
  public static native long longOfLongs(long function, long a, long b);

  /** {@code void f(T *)}. */
  public static native void voidOfObject(long function, long object);

  /** {@code int32_t f(T *)}. */
  public static native int intOfObject(long function, long object);

  /** {@code int64_t f(T *)}. */
  public static native long longOfObject(long function, long object);

  /** {@code void f(T *, int32_t)}. */
  public static native void voidOfObjectInt(long function, long object, int a);

  /** {@code void f(T *, int64_t)}. */
  public static native void voidOfObjectLong(long function, long object, long a);

  /** {@code void f(T *, int32_t, int32_t)}. */
  public static native void voidOfObjectInts(long function, long object, int a, int b);

  /** {@code zl_model_set_memory}. */
  public static native void setMemory(
      long function, long object, int latency, int cyclesPerLine, int jitter, long seed);

  /** {@code int32_t f(T *, int32_t)}. */
  public static native int intOfObjectInt(long function, long object, int a);

  /** {@code U *f(T *, int32_t)}. */
  public static native long longOfObjectInt(long function, long object, int a);

  /** {@code int32_t f(T *, int64_t)}. */
  public static native int intOfObjectLong(long function, long object, long a);

  /** {@code int32_t f(T *, int64_t, int64_t)}. */
  public static native int intOfObjectLongs(long function, long object, long a, long b);

  /** {@code zl_model_map_host}. */
  public static native void mapHost(
      long function, long object, long address, long bytes, long size);

  /** {@code zl_dut_step}. */
  public static native int step(long function, long object, int clock, long cycles);

  /** {@code zl_dut_step_until}. */
  public static native int stepUntil(
      long function, long object, int clock, long cycles, int port, long value, int equal);

  /** {@code int32_t f(T *, const char *)}. */
  public static native int intOfObjectText(long function, long object, byte[] text);

  /** {@code zl_model_open_wave}. */
  public static native int openWave(long function, long object, byte[] path, long from, long to);
}
