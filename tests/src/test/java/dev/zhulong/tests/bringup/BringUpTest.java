package dev.zhulong.tests.bringup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.bringup.BringUp;
import dev.zhulong.hal.bringup.BringUp.Outcome;
import dev.zhulong.hal.bringup.BringUp.Stage;
import dev.zhulong.hal.bringup.Probe;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.tests.NativeTools;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first steps with a device, with good ones and with broken ones. */
class BringUpTest {
  private static final int MARCH = 64 << 10;
  private static final long STUCK = MemoryMap.BUFFERS + 0x4320;

  private static Transport device(String address) {
    DeviceAddress parsed = DeviceAddress.parse(address);
    return TransportProvider.find(parsed).open(parsed);
  }

  private static List<Stage> run(Transport transport) {
    return BringUp.run(new Probe(transport), MARCH, stage -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sim:", "sim:?config=c2w4t4", "rtl:?config=c1w4t4", "rtl:?config=c2w4t4"})
  void aGoodDevicePassesEveryStage(String address) {
    if (address.startsWith("rtl:?")) {
      NativeTools.assumeVerilator();
    }
    List<Stage> stages = run(device(address));
    for (Stage stage : stages) {
      assertEquals(Outcome.PASS, stage.outcome(), stage.toString());
    }
    assertEquals(14, stages.size());
  }

  /** A simulator with a defect on the way to it. */
  private abstract static class Broken implements Transport {
    final Transport good = device("sim:?config=c1w4t4");

    @Override
    public String description() {
      return good.description();
    }

    @Override
    public int read32(int offset) {
      return good.read32(offset);
    }

    @Override
    public void write32(int offset, int value) {
      good.write32(offset, value);
    }

    @Override
    public void copyIn(long address, MemorySegment source) {
      good.copyIn(address, source);
    }

    @Override
    public void copyOut(long address, MemorySegment target) {
      good.copyOut(address, target);
    }

    @Override
    public Optional<HostMemory> hostMemory(long bytes) {
      return Optional.empty();
    }

    @Override
    public boolean awaitInterrupt(long maxCycles, Duration timeout) {
      return good.awaitInterrupt(maxCycles, timeout);
    }

    @Override
    public void close() {
      good.close();
    }
  }

  private static Stage failure(List<Stage> stages) {
    return stages.stream().filter(s -> s.outcome() == Outcome.FAIL).findFirst().orElseThrow();
  }

  @Test
  void aDeviceThatDoesNotAnswerStopsAtOnce() {
    List<Stage> stages =
        run(
            new Broken() {
              @Override
              public int read32(int offset) {
                return -1;
              }
            });
    assertEquals(1, stages.size());
    assertTrue(failure(stages).detail().contains("all-ones: nothing answers"));
  }

  @Test
  void aRegisterThatLosesABitIsNamed() {
    List<Stage> stages =
        run(
            new Broken() {
              @Override
              public void write32(int offset, int value) {
                boolean weak = offset == HostRegister.LAUNCH_GRID_Y.offset();
                super.write32(offset, weak ? value & ~0x400 : value);
              }
            });
    assertEquals(
        "register LAUNCH_GRID_Y (0x050) reads 0xfffffbfe, must be 0xfffffffe",
        failure(stages).detail());
  }

  @Test
  void aStuckBitOfMemoryIsFoundWithItsAddress() {
    List<Stage> stages =
        run(
            new Broken() {
              @Override
              public void copyOut(long address, MemorySegment target) {
                super.copyOut(address, target);
                long at = STUCK - address;
                if (at >= 0 && at + 4 <= target.byteSize()) {
                  int word = target.get(ValueLayout.JAVA_INT_UNALIGNED, at);
                  target.set(ValueLayout.JAVA_INT_UNALIGNED, at, word | 1 << 19);
                }
              }
            });
    Stage memory = failure(stages);
    assertEquals("memory", memory.name());
    assertEquals("memory at 0x00014320: bit 19 is 1, must be 0 (0x00080000)", memory.detail());
    assertTrue(stages.stream().anyMatch(s -> s.name().equals("warps")), "the others are run");
  }

  @Test
  void addressLinesThatAreTiedTogetherAreFound() {
    List<Stage> stages =
        run(
            new Broken() {
              @Override
              public void copyIn(long address, MemorySegment source) {
                super.copyIn(address & ~0x1000_0000L, source);
              }

              @Override
              public void copyOut(long address, MemorySegment target) {
                super.copyOut(address & ~0x1000_0000L, target);
              }
            });
    assertTrue(failure(stages).detail().startsWith("address lines: 0x"), stages::toString);
  }

  @Test
  void anInterruptLineThatIsHighBeforeALaunchIsTold() {
    List<Stage> stages =
        run(
            new Broken() {
              @Override
              public boolean awaitInterrupt(long maxCycles, Duration timeout) {
                return true;
              }
            });
    assertEquals("the interrupt line is high before a launch", failure(stages).detail());
  }
}
