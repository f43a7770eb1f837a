/** Devices served to others: over the network, and as a PCI function of a virtual machine. */
module dev.zhulong.remote {
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.remote;
  exports dev.zhulong.remote.vfiouser;

  provides dev.zhulong.hal.transport.TransportProvider with
      dev.zhulong.remote.RemoteTransportProvider,
      dev.zhulong.remote.vfiouser.VfioUserTransportProvider;
}
