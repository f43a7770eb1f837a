/** Simulators of the core behind the driver's transport interface. */
module dev.zhulong.simulator {
  requires dev.zhulong.rtl;
  requires transitive dev.zhulong.hal;

}
