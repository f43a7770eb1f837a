package dev.zhulong.rtl.bench;

import dev.zhulong.rtl.SimulationException;
import dev.zhulong.rtl.VerilatedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Runs a model cycle by cycle with the agents at its interfaces. */
public final class Bench {
  private final VerilatedModel model;
  private final List<Agent> agents = new ArrayList<>();
  private long cycle;

  /** A bench without agents. */
  public Bench(VerilatedModel model) {
    this.model = model;
  }

  /** Adds an agent, and gives it back. */
  public <A extends Agent> A add(A agent) {
    agents.add(agent);
    return agent;
  }

  /**
   * Runs cycles.
   *
   * @throws SimulationException if the design stops by itself
   * @throws ProtocolException if an agent sees its protocol violated
   */
  public void step(long cycles) {
    for (long i = 0; i < cycles; i++) {
      for (Agent agent : agents) {
        agent.drive();
      }
      model.eval();
      try {
        for (Agent agent : agents) {
          agent.sample();
        }
      } catch (ProtocolException e) {
        throw new ProtocolException("cycle " + cycle + ": " + e.getMessage());
      }
      model.step(1);
      cycle++;
    }
  }

  /**
   * Runs until a condition holds; it is looked at before each cycle and after the last.
   *
   * @return whether it holds; else the cycles have passed without it
   */
  public boolean stepUntil(BooleanSupplier condition, long maxCycles) {
    for (long i = 0; i < maxCycles; i++) {
      if (condition.getAsBoolean()) {
        return true;
      }
      step(1);
    }
    return condition.getAsBoolean();
  }

  /** Cycles that this bench has run. */
  public long cycle() {
    return cycle;
  }
}
