package dev.zhulong.tests.rig;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What runs in a guest: all cases of a file on the device at an address, in each way to copy. */
public final class Guest {
  private static final long FAILURE_SECONDS = 30;

  private Guest() {}

  /** Takes the device's address and the file. */
  public static void main(String[] args) throws IOException {
    List<GuestCase> cases = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[1]))))) {
      for (int left = in.readInt(); left > 0; left--) {
        cases.add(GuestCase.read(in));
      }
    }
    int wrong = 0;
    for (String copies : List.of("direct", "dma")) {
      String separator = args[0].contains("?") ? "&" : "?";
      try (Gpu gpu = Gpu.open(args[0] + separator + "copy=" + copies)) {
        System.out.println("RIG device " + gpu.info().description());
        for (GuestCase one : cases) {
          long start = System.nanoTime();
          int mistake = one.firstMistake(gpu);
          long milliseconds = (System.nanoTime() - start) / 1_000_000;
          wrong += mistake < 0 ? 0 : 1;
          System.out.println(
              "RIG "
                  + (mistake < 0 ? "right " : "wrong at " + mistake + " ")
                  + copies
                  + " "
                  + one.name()
                  + " "
                  + milliseconds
                  + " ms");
        }
        System.out.println("RIG interrupts " + interrupts());
      } catch (RuntimeException e) {
        wrong++;
        System.out.println("RIG failed " + e);
        e.printStackTrace(System.out);
      }
    }
    System.out.println("RIG result " + 2 * cases.size() + " runs, " + wrong + " wrong");
    failure(args[0], cases.getFirst());
  }

  /** How many messages the kernel has passed on since the device was opened. */
  private static long interrupts() throws IOException {
    long count = 0;
    for (String line : Files.readAllLines(Path.of("/proc/interrupts"))) {
      if (line.contains("vfio-msix")) {
        count += Long.parseLong(line.strip().split("\\s+")[1]);
      }
    }
    return count;
  }

  /** Uses the device until it fails. */
  private static void failure(String address, GuestCase one) {
    try (Gpu gpu = Gpu.open(address)) {
      System.out.println("RIG fail now");
      long deadline = System.nanoTime() + FAILURE_SECONDS * 1_000_000_000;
      while (System.nanoTime() < deadline) {
        one.firstMistake(gpu);
      }
      System.out.println("RIG not lost");
    } catch (DeviceLostException e) {
      System.out.println("RIG lost: " + e.getMessage());
    }
  }
}
