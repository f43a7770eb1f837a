package dev.zhulong.tests.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Fault;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.tests.NativeTools;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does on purpose to get at another one's data. */
class IsolationTest {
  private static final int SECRET = 0x5ec2e7;
  private static final LaunchLimits LIMITS = new LaunchLimits(2_000_000, Duration.ofSeconds(60));

  private static byte[] program(String body) {
    return Assembler.assemble("_start:\n csrr t0, mscratch\n" + body + "\n tmc zero\n", "attack.s")
        .toBytes();
  }

  /** Stores a word, and makes it the exit code. */
  private static final byte[] WRITE =
      program(" li t1, " + SECRET + "\n sw t1, 0(t0)\n li t2, 0x88\n sw t1, 0(t2)");

  private static final byte[] READ = program(" lw t1, 0(t0)\n li t2, 0x88\n sw t1, 0(t2)");
  private static final byte[] JUMP = program(" jr t0");

  private static Served serve(String device) throws IOException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    return Served.by("unix", device, ServerOptions.DEFAULT);
  }

  private static Fault fault(Gpu gpu, byte[] program, long address) {
    return assertThrows(
            DeviceFaultException.class, () -> gpu.execute(program, "attack", (int) address, LIMITS))
        .fault();
  }

  private static int run(Gpu gpu, byte[] program, long address) {
    return gpu.execute(program, "program", (int) address, LIMITS).exitCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void programsReachTheirOwnMemoryOnly(String device) throws IOException {
    try (Served served = serve(device);
        Gpu victim = served.client();
        Gpu attacker = served.client();
        Buffer secret = victim.allocate(64);
        Buffer own = attacker.allocate(64)) {
      secret.write(new int[] {SECRET});
      own.write(new int[] {77});
      assertEquals(77, run(attacker, READ, own.address()));
      for (byte[] attack : new byte[][] {READ, WRITE, JUMP}) {
        Fault fault = fault(attacker, attack, secret.address());
        assertEquals(FaultCause.ACCESS, fault.cause());
        assertEquals(secret.address(), fault.address());
      }
      assertEquals(SECRET, secret.readInts()[0]);
      assertEquals(SECRET, run(victim, READ, secret.address()));
      assertEquals(77, own.readInts()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void regionsMadeByHandGiveNothingAway(String device) throws IOException {
    int[][] attempts = {
      {0, -1, 7}, {0x10_0000, 0x7fff_ffff, 3}, {0, 0x10_0000, 7}, {0, 0, 7}, {64, 1, 1}
    };
    try (Served served = serve(device);
        Gpu victim = served.client();
        Buffer secret = victim.allocate(64);
        Transport attacker = Served.transport(served.server().address())) {
      secret.write(new int[] {SECRET});
      for (int[] attempt : attempts) {
        byte[] text = ElfFile.read(READ, "attack").section(".text").orElseThrow().bytes();
        attacker.copyIn(MemoryMap.PROGRAM, MemorySegment.ofArray(text));
        write(attacker, HostRegister.CONTROL, HostRegister.CONTROL_RESET);
        write(attacker, HostRegister.IRQ_ENABLE, 63);
        write(attacker, HostRegister.LAUNCH_MODE, 0);
        write(attacker, HostRegister.LAUNCH_ENTRY, (int) MemoryMap.PROGRAM);
        write(attacker, HostRegister.LAUNCH_ARGUMENT, (int) secret.address());
        write(attacker, HostRegister.REGION_BASE, attempt[0]);
        write(attacker, HostRegister.REGION_SIZE, attempt[1]);
        write(attacker, HostRegister.REGION_FLAGS, attempt[2]);
        write(attacker, HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
        assertEquals(true, attacker.awaitInterrupt(1_000_000, Duration.ofSeconds(20)));
        assertEquals(HostRegister.IRQ_FAULT, attacker.read32(HostRegister.IRQ_STATUS.offset()));
        assertEquals(FaultCause.ACCESS.code(), attacker.read32(HostRegister.FAULT_CAUSE.offset()));
        int[] result = new int[1];
        attacker.copyOut(MemoryMap.EXIT_CODE, MemorySegment.ofArray(result));
        assertEquals(0, result[0]);
      }
    }
  }

  private static void write(Transport transport, HostRegister register, int value) {
    transport.write32(register.offset(), value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4"})
  void copiesReachTheirOwnMemoryOnly(String device) throws IOException {
    try (Served served = serve(device);
        Gpu victim = served.client();
        Buffer secret = victim.allocate(64);
        Transport attacker = Served.transport(served.server().address())) {
      secret.write(new int[] {SECRET});
      long base = attacker.bufferBase();
      long end = (long) attacker.read32(HostRegister.MEMORY_SIZE.offset()) << 20;
      long[] places = {
        secret.address(),
        base - 4,
        end,
        end - 2,
        MemoryMap.BUFFERS,
        0x7fff_0000L,
        MemoryMap.LOCAL,
        MemoryMap.LOCAL - 0x2000,
        MemoryMap.END - 4,
        MemoryMap.END,
        -4,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1
      };
      int[] word = {0};
      for (long place : places) {
        assertThrows(
            IllegalArgumentException.class,
            () -> attacker.copyOut(place, MemorySegment.ofArray(word)),
            () -> Long.toHexString(place));
        attacker.copyIn(place, MemorySegment.ofArray(word));
        assertThrows(
            IllegalArgumentException.class,
            () -> attacker.copyOut(base, MemorySegment.ofArray(word)),
            () -> Long.toHexString(place));
        attacker.copyOut(base, MemorySegment.ofArray(word));
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> attacker.copyOut(end - (3 << 20), MemorySegment.ofArray(new byte[5 << 20])));
      attacker.copyOut(base, MemorySegment.ofArray(word));
      assertEquals(0, word[0]);
      assertEquals(SECRET, secret.readInts()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c2w4t4", "rtl:?config=c1w4t4"})
  void nothingIsLeftOnStacksInLocalMemoryOrBetweenPrograms(String device) throws IOException {
    try (Served served = serve(device);
        Gpu victim = served.client();
        Gpu attacker = served.client()) {
      int harts = victim.info().shape().harts();
      long stack = MemoryMap.LOCAL - ((long) harts << MemoryMap.STACK_SHIFT);
      long[] places = {stack, MemoryMap.LOCAL - 4, MemoryMap.LOCAL, MemoryMap.LOCAL + 0x3ffc};
      for (int round = 0; round < 2; round++) {
        for (long place : places) {
          assertEquals(SECRET, run(victim, WRITE, place));
          assertEquals(SECRET, run(victim, READ, place));
          assertEquals(0, run(attacker, READ, place), () -> Long.toHexString(place));
        }
      }
      // A large program of the victim's, and the same addresses in the attacker's.
      byte[] large =
          Assembler.assemble(
                  "_start:\n tmc zero\n .data\n" + (" .word " + SECRET + "\n").repeat(30_000),
                  "large.s")
              .toBytes();
      victim.execute(large, "large", 0, LIMITS);
      assertEquals(FaultCause.ACCESS, fault(attacker, READ, 0x8001_4000L).cause());
      assertEquals(0, run(attacker, READ, 0x8000_8000L));
      run(victim, WRITE, MemoryMap.RESULT + 0x100);
      assertEquals(0, run(attacker, READ, MemoryMap.RESULT + 0x100));
      assertEquals(SECRET, run(victim, READ, MemoryMap.RESULT + 0x100));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4"})
  void memoryOfAClientThatHasGoneIsClear(String device) throws Exception {
    ServerOptions one = ServerOptions.DEFAULT.withClients(1).withClientMemory(64 << 20);
    try (Served served = Served.by("unix", device, one)) {
      int[] secrets = new int[1 << 20];
      java.util.Arrays.fill(secrets, SECRET);
      long address;
      long stored;
      try (Gpu victim = served.client()) {
        Buffer secret = victim.allocate(4L * secrets.length);
        Buffer other = victim.allocate(4);
        secret.write(secrets);
        address = secret.address();
        stored = other.address();
        assertEquals(SECRET, run(victim, WRITE, stored));
      }
      served.awaitClients(0);
      try (Gpu attacker = served.client();
          Buffer again = attacker.allocate(4L * secrets.length)) {
        assertEquals(address, again.address());
        assertArrayEquals(new int[secrets.length], again.readInts());
        assertEquals(0, run(attacker, READ, stored));
      }
    }
  }
}
