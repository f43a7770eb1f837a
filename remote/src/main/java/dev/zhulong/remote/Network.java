package dev.zhulong.remote;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Threads for connections. */
final class Network {
  private Network() {}

  /** Threads of all clients in this process; they end with it. */
  static final class Clients {
    static final EventLoopGroup THREADS = threads("zl-remote", 1);

    private Clients() {}
  }

  /** Threads that do not keep the process alive. */
  static EventLoopGroup threads(String name, int number) {
    return new MultiThreadIoEventLoopGroup(
        number, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }
}
