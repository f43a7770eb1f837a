package dev.zhulong.simulator.gdb;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.hal.DebugState;
import dev.zhulong.hal.Debugger;
import dev.zhulong.hal.Fault;
import dev.zhulong.hal.Hart;
import dev.zhulong.hal.HartRegister;
import java.util.ArrayList;
import java.util.List;

/** The hardware threads of a halted device, numbered from 1 in the order of mhartid. */
final class Threads {
  private final CoreShape shape;
  private final List<Hart> active;

  private Threads(CoreShape shape, List<Hart> active) {
    this.shape = shape;
    this.active = active;
  }

  /** The active lanes of all active warps; after a fault those of the warp that made it. */
  static Threads of(Debugger debugger, DebugState state) {
    List<Hart> active = new ArrayList<>();
    switch (state) {
      case DebugState.Faulted(Fault fault) ->
          add(active, fault.core(), fault.warp(), fault.lanes());
      case DebugState.Halted halted -> {
        for (int core = 0; core < debugger.shape().cores(); core++) {
          int warps = debugger.activeWarps(core);
          for (int warp = 0; warp < debugger.shape().warps(); warp++) {
            if ((warps >>> warp & 1) != 0) {
              int lanes = debugger.read(new Hart(core, warp, 0), HartRegister.LANES);
              add(active, core, warp, lanes);
            }
          }
        }
      }
      case DebugState.Running running -> {}
      case DebugState.Ended ended -> {}
    }
    return new Threads(debugger.shape(), active);
  }

  private static void add(List<Hart> harts, int core, int warp, int lanes) {
    for (int lane = 0; lane < 32; lane++) {
      if ((lanes >>> lane & 1) != 0) {
        harts.add(new Hart(core, warp, lane));
      }
    }
  }

  List<Hart> active() {
    return active;
  }

  long id(Hart hart) {
    return 1L + hart.lane() + (long) shape.lanes() * (hart.warp() + shape.warps() * hart.core());
  }

  /**
   * The active thread of an identifier in hexadecimal.
   *
   * @throws IllegalArgumentException if there is none
   */
  Hart find(String text) {
    long id = Hex.number(text);
    for (Hart hart : active) {
      if (id(hart) == id) {
        return hart;
      }
    }
    throw new IllegalArgumentException("no thread " + id);
  }

  /** A thread of a warp: the wanted lane's if it is active, else the first one; or null. */
  Hart of(int core, int warp, int lane) {
    Hart first = null;
    for (Hart hart : active) {
      if (hart.core() == core && hart.warp() == warp) {
        if (hart.lane() == lane) {
          return hart;
        }
        first = first == null ? hart : first;
      }
    }
    return first;
  }

  /** The list as the debugger reads it. */
  String xml() {
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\"?>\n<threads>\n");
    for (Hart hart : active) {
      out.append(
          String.format(
              "<thread id=\"%x\" core=\"%d\" name=\"%s\"/>\n", id(hart), hart.core(), hart));
    }
    return out.append("</threads>\n").toString();
  }
}
