package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.rtl.bench.Bench;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.Scoreboard;
import dev.zhulong.rtl.bench.Seeds;
import dev.zhulong.rtl.bench.axi.AxiBurst;
import dev.zhulong.rtl.bench.axi.AxiMaster;
import dev.zhulong.rtl.bench.axi.AxiMemory;
import dev.zhulong.rtl.bench.axi.AxiResponse;
import dev.zhulong.rtl.bench.axi.AxiTransfer;
import dev.zhulong.rtl.junit.Rtl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The AXI agents against designs that obey, designs that do not, and the core itself. */
@ExtendWith(BenchTest.NeedsTools.class)
class AxiTest {
  @BeforeAll
  static void tools() {
    Tools.assumeInstalled("verilator", "clang++-19");
  }

  @Test
  void registersBehindAxiLite(@Rtl("axil_registers.sv") VerilatedModel model) {
    Random random = Seeds.random("axil");
    model.reset(2);
    Bench bench = new Bench(model);
    AxiMaster master = bench.add(new AxiMaster(model, "s_axil_", random, 40));
    int[] expected = new int[8];
    for (int i = 0; i < 500; i++) {
      int register = random.nextInt(8);
      if (random.nextBoolean()) {
        byte[] bytes = new byte[4];
        byte[] mask = new byte[4];
        random.nextBytes(bytes);
        for (int b = 0; b < 4; b++) {
          mask[b] = (byte) random.nextInt(2);
          if (mask[b] != 0) {
            expected[register] = expected[register] & ~(255 << 8 * b) | (bytes[b] & 255) << 8 * b;
          }
        }
        master.write(AxiBurst.incrementing(0, register * 4L, 1, 4), bytes, mask);
        assertTrue(bench.stepUntil(master::isIdle, 1000));
      } else {
        AxiTransfer read = master.read32(register * 4L);
        assertTrue(bench.stepUntil(read::isDone, 1000));
        assertEquals(
            expected[register],
            ByteBuffer.wrap(read.data()).order(ByteOrder.LITTLE_ENDIAN).getInt());
      }
    }
    AxiTransfer nothing = master.write32(0x20, 1);
    AxiTransfer neither = master.read32(0xffc);
    assertTrue(bench.stepUntil(master::isIdle, 1000));
    assertEquals(AxiResponse.SLVERR, nothing.response());
    assertEquals(AxiResponse.SLVERR, neither.response());
    assertThrows(
        IllegalArgumentException.class, () -> master.read(AxiBurst.incrementing(0, 0, 2, 4)));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "4, 0", "4, 60", "16, 30", "64, 50"})
  void burstsOfAllKinds(int bytes, int idlePercent) {
    Random random = Seeds.random("axi_ram");
    try (VerilatedModel model =
        VerilatedModel.of(Path.of("src/test/systemverilog/axi_ram.sv"))
            .parameter("BYTES", bytes)
            .build()) {
      model.reset(2);
      Bench bench = new Bench(model);
      AxiMaster master = bench.add(new AxiMaster(model, "s_axi_", random, idlePercent));
      byte[] expected = new byte[4096 * bytes];
      for (int at = 0; at < expected.length; at += 256 * bytes) {
        int beats = Math.min(256, 4096 / bytes);
        for (int part = 0; part < 256 / beats; part++) {
          master.write(
              AxiBurst.incrementing(0, at + (long) part * beats * bytes, beats, bytes),
              new byte[beats * bytes]);
        }
      }
      assertTrue(bench.stepUntil(master::isIdle, 100_000), () -> master.waiting().toString());
      Scoreboard<Long, List<Byte>> reads = new Scoreboard<>("reads");
      for (int i = 0; i < 200; i++) {
        AxiBurst burst = burst(random, bytes, expected.length);
        if (random.nextBoolean()) {
          byte[] data = new byte[burst.bytes()];
          byte[] mask = new byte[data.length];
          random.nextBytes(data);
          random.nextBytes(mask);
          apply(burst, data, mask, expected);
          master.write(burst, data, mask);
          assertTrue(bench.stepUntil(master::isIdle, 20_000));
        } else {
          AxiTransfer transfer = master.read(burst);
          reads.expect(burst.id(), bytes(burst, expected));
          assertTrue(bench.stepUntil(transfer::isDone, 20_000));
          List<Byte> got = new ArrayList<>();
          for (byte b : transfer.data()) {
            got.add(b);
          }
          reads.actual(transfer.burst().id(), got);
        }
      }
      reads.requireEmpty();
      assertTrue(reads.matched() > 50);
    }
  }

  private static AxiBurst burst(Random random, int width, int size) {
    AxiBurst.Kind kind = AxiBurst.Kind.values()[random.nextInt(3)];
    int beat = 1 << random.nextInt(Integer.numberOfTrailingZeros(width) + 1);
    int beats =
        switch (kind) {
          case FIXED -> random.nextInt(1, 17);
          case INCR -> random.nextInt(1, 33);
          case WRAP -> 2 << random.nextInt(4);
        };
    long address = random.nextInt(size);
    if (kind == AxiBurst.Kind.WRAP) {
      address &= -beat;
    } else if (kind == AxiBurst.Kind.INCR && address % 4096 + (long) beats * beat > 4096) {
      address &= -4096;
    }
    return new AxiBurst(random.nextInt(16), address, beats, beat, kind);
  }

  private static void apply(AxiBurst burst, byte[] data, byte[] mask, byte[] memory) {
    int at = 0;
    for (int beat = 0; beat < burst.beats(); beat++) {
      for (int i = 0; i < burst.bytes(beat); i++, at++) {
        if (mask[at] != 0) {
          memory[(int) burst.address(beat) + i] = data[at];
        }
      }
    }
  }

  private static List<Byte> bytes(AxiBurst burst, byte[] memory) {
    List<Byte> bytes = new ArrayList<>();
    for (int beat = 0; beat < burst.beats(); beat++) {
      for (int i = 0; i < burst.bytes(beat); i++) {
        bytes.add(memory[(int) burst.address(beat) + i]);
      }
    }
    return bytes;
  }

  private static VerilatedModel copier(int mistake) {
    return VerilatedModel.of(Path.of("src/test/systemverilog/axi_copier.sv"))
        .parameter("MISTAKE", mistake)
        .build();
  }

  @ParameterizedTest
  @CsvSource({"0", "50", "80"})
  void masterThatCopiesThroughAMemoryThatAnswersInAnyOrder(int stallPercent) {
    Random random = Seeds.random("axi_copier");
    try (VerilatedModel model = copier(0)) {
      AxiMemory memory = copy(model, random, stallPercent, 100);
      assertEquals(200, memory.transactions());
      assertArrayEquals(memory.read(0x10000, 3200), memory.read(0x20000, 3200));
      assertEquals(0, model.narrow("error_o").get());
      memory.endsAt(0x20000 + 3200 - 1);
      start(new Bench(model), model, 1);
    }
  }

  private static AxiMemory copy(VerilatedModel model, Random random, int stall, int blocks) {
    model.reset(2);
    Bench bench = new Bench(model);
    AxiMemory memory = bench.add(new AxiMemory(model, "m_axi_", random, stall));
    byte[] bytes = new byte[blocks * 32];
    random.nextBytes(bytes);
    memory.write(0x10000, bytes);
    start(bench, model, blocks);
    assertTrue(
        bench.stepUntil(() -> model.narrow("busy_o").get() == 0 && memory.isIdle(), 100_000));
    return memory;
  }

  private static void start(Bench bench, VerilatedModel model, int blocks) {
    model.narrow("source_i").set(0x10000);
    model.narrow("target_i").set(0x20000);
    model.narrow("blocks_i").set(blocks);
    model.narrow("start_i").set(1);
    bench.step(1);
    model.narrow("start_i").set(0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, m_axi_awvalid fell before",
    "2, m_axi_awaddr changed from",
    "3, m_axi_wlast is 1 at beat 3",
    "4, crosses a boundary of 4 KiB",
    "5, 'm_axi_arburst is 3, which is reserved'"
  })
  void brokenRulesAreNamed(int mistake, String told) {
    Random random = Seeds.random("mistake " + mistake);
    try (VerilatedModel model = copier(mistake)) {
      ProtocolException e =
          assertThrows(ProtocolException.class, () -> copy(model, random, 60, 50));
      assertTrue(e.getMessage().contains(told), e.getMessage());
    }
  }

  /** Registers by AXI4-Lite and memory by AXI4: what a host and a memory controller are to it. */
  @Test
  void coreRunsAProgramBetweenTheAgents() {
    Random random = Seeds.random("core");
    try (VerilatedModel core = Units.whole().build()) {
      core.reset(8);
      Bench bench = new Bench(core);
      AxiMaster host = bench.add(new AxiMaster(core, "s_axil_", random, 20));
      AxiMemory memory = bench.add(new AxiMemory(core, "m_axi_", random, 30));
      assertTrue(bench.stepUntil(() -> core.narrow("idle_o").isHigh(), 100));
      ByteBuffer program = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
      for (int word :
          new int[] {
            InstructionEncoder.encode(Instruction.LUI, 5, 0, 0, 0, 0x10, 0),
            InstructionEncoder.encode(Instruction.LW, 6, 5, 0, 0, 0, 0),
            InstructionEncoder.encode(Instruction.ADDI, 6, 6, 0, 0, 42, 0),
            InstructionEncoder.encode(Instruction.SW, 0, 5, 6, 0, 4, 0),
            InstructionEncoder.encode(Instruction.TMC, 0, 0, 0, 0, 0, 0)
          }) {
        program.putInt(word);
      }
      memory.write(MemoryMap.PROGRAM, program.array());
      memory.write(0x10000, new byte[] {58, 0, 0, 0});
      write(bench, host, HostRegister.LAUNCH_ENTRY, (int) MemoryMap.PROGRAM);
      write(bench, host, HostRegister.LAUNCH_MODE, 0);
      write(bench, host, HostRegister.IRQ_ENABLE, HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT);
      write(bench, host, HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      assertTrue(bench.stepUntil(() -> core.narrow("irq_o").isHigh(), 100_000));
      AxiTransfer status = host.read32(HostRegister.STATUS.offset());
      assertTrue(bench.stepUntil(status::isDone, 1000));
      assertEquals(HostRegister.STATUS_DONE, status.data()[0]);
      assertArrayEquals(new byte[] {100, 0, 0, 0}, memory.read(0x10004, 4));
    }
  }

  private static void write(Bench bench, AxiMaster host, HostRegister register, int value) {
    AxiTransfer transfer = host.write32(register.offset(), value);
    assertTrue(bench.stepUntil(transfer::isDone, 10_000));
    assertEquals(AxiResponse.OKAY, transfer.response());
  }
}
