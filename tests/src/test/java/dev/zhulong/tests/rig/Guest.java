package dev.zhulong.tests.rig;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What runs in a guest: all cases of a file on the device at an address, in each way to copy. */
public final class Guest {
  private static final long REMOVAL_SECONDS = 20;

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
      } catch (RuntimeException e) {
        wrong++;
        System.out.println("RIG failed " + e);
        e.printStackTrace(System.out);
      }
    }
    try (VfioDevice device = new VfioDevice(DeviceAddress.parse(args[0]).path())) {
      GuestFigures.print(device);
    }
    removal(args[0], cases.getFirst());
    System.out.println("RIG result " + 2 * cases.size() + " runs, " + wrong + " wrong");
  }

  /** Uses the device until it is taken away. */
  private static void removal(String address, GuestCase one) {
    try (Gpu gpu = Gpu.open(address)) {
      System.out.println("RIG remove now");
      long deadline = System.nanoTime() + REMOVAL_SECONDS * 1_000_000_000;
      while (System.nanoTime() < deadline) {
        one.firstMistake(gpu);
      }
      System.out.println("RIG not removed");
    } catch (DeviceLostException e) {
      System.out.println("RIG lost: " + e.getMessage());
    }
  }
}
