package dev.zhulong.tests.rig;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What runs in a guest: all checks on the device at an address, in each way to copy. */
public final class Guest {
  private static final long FAILURE_SECONDS = 30;

  private Guest() {}

  /** Takes the device's address, the programs, and the ways to copy. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ConformancePrograms programs;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[1]))))) {
      programs = ConformancePrograms.read(in);
    }
    Map<String, DeviceConformance.Check> checks = DeviceConformance.checks(programs);
    int wrong = 0;
    List<String> ways = List.of(args[2].split(","));
    for (String copies : ways) {
      String address = args[0] + (args[0].contains("?") ? "&" : "?") + "copy=" + copies;
      for (Map.Entry<String, DeviceConformance.Check> check : checks.entrySet()) {
        wrong += right(check.getKey(), check.getValue(), copies, address) ? 0 : 1;
      }
      try (Gpu gpu = Gpu.open(address)) {
        System.out.println("RIG device " + gpu.info().description());
        programs.examples().getFirst().firstMistake(gpu);
        System.out.println("RIG interrupts " + interrupts());
      }
    }
    System.out.println(
        "RIG result " + ways.size() * checks.size() + " checks, " + wrong + " wrong");
    failure(args[0], programs.examples().getFirst());
  }

  private static boolean right(
      String name, DeviceConformance.Check check, String copies, String address)
      throws InterruptedException {
    long start = System.nanoTime();
    try {
      check.on(address);
    } catch (RuntimeException e) {
      System.out.println("RIG wrong " + copies + " " + name + ": " + e);
      e.printStackTrace(System.out);
      return false;
    }
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    System.out.println("RIG right " + copies + " " + name + " " + milliseconds + " ms");
    return true;
  }

  /** How many messages the kernel has passed on since the device was opened. */
  private static long interrupts() throws IOException {
    long count = 0;
    for (String line : Files.readAllLines(Path.of("/proc/interrupts"))) {
      if (line.contains("vfio-msix") || line.contains("uio_pci_generic")) {
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
