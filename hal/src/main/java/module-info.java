/** The hardware abstraction layer: devices, memory, kernels, queues, and the transports below. */
module dev.zhulong.hal {
  requires transitive dev.zhulong.firmware;

  exports dev.zhulong.hal;
  exports dev.zhulong.hal.bringup;
  exports dev.zhulong.hal.linux;
  exports dev.zhulong.hal.transport;

  uses dev.zhulong.hal.transport.TransportProvider;

  provides dev.zhulong.hal.transport.TransportProvider with
      dev.zhulong.hal.linux.LinuxTransportProvider;
}
