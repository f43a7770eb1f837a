/** Simulators of the core behind the driver's transport interface. */
module dev.zhulong.simulator {
  requires java.management;
  requires transitive dev.zhulong.rtl;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.simulator;
  exports dev.zhulong.simulator.bringdown;
  exports dev.zhulong.simulator.cycle;
  exports dev.zhulong.simulator.functional;
  exports dev.zhulong.simulator.gdb;
  exports dev.zhulong.simulator.lockstep;
  exports dev.zhulong.simulator.synthesis;

  provides dev.zhulong.hal.transport.TransportProvider with
      dev.zhulong.simulator.SimTransportProvider,
      dev.zhulong.simulator.cycle.CycleTransportProvider,
      dev.zhulong.simulator.lockstep.LockStepTransportProvider;
}
