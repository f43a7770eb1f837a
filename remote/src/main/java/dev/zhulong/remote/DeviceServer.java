package dev.zhulong.remote;

import dev.zhulong.hal.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/** Serves one device to several clients, until it is closed. */
public final class DeviceServer implements AutoCloseable {
  /** Connections that have not said who they are, beyond the clients. */
  private static final int MOST_STRANGERS = 64;

  private static final int NETWORK_THREADS = 2;
  private static final int BACKLOG = 128;
  private static final WriteBufferWaterMark PILE = new WriteBufferWaterMark(1 << 20, 2 << 20);
  private static final long STOP_MILLISECONDS = 10_000;

  private final Transport device;
  private final DeviceLoop loop;
  private final Thread deviceThread;
  private final EventLoopGroup threads;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listener;
  private final String address;
  private final Path socketFile;

  private DeviceServer(
      Transport device, ListenAddress where, ServerOptions options, ServerSecurity security)
      throws IOException {
    byte[] token = security.readToken();
    SslContext tls = security.serverContext();
    if (!where.local() && (token == null || tls == null)) {
      throw new IllegalArgumentException(
          "an address that other machines reach needs a certificate and a token;"
              + " make them with zl serve --make-key DIR, or listen on localhost or unix:PATH");
    }
    this.device = device;
    this.loop = new DeviceLoop(device, options);
    this.threads = Network.threads("zl-serve", NETWORK_THREADS);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(threads)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, PILE)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (connections.size() >= options.clients() + MOST_STRANGERS) {
                      channel.close();
                      return;
                    }
                    connections.add(channel);
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new FrameDecoder(Hello.FIRST_FRAME),
                            new ServerSession(loop, options, token));
                  }
                });
    try {
      switch (where) {
        case ListenAddress.Tcp tcp -> {
          socketFile = null;
          bootstrap
              .channel(NioServerSocketChannel.class)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true);
          listener = bind(bootstrap, tcp);
          int port = ((InetSocketAddress) listener.localAddress()).getPort();
          address =
              "tcp://" + tcp.host() + ":" + port + (tls == null ? "" : "?pin=" + security.pin());
        }
        case ListenAddress.Unix unix -> {
          socketFile = unix.path().toAbsolutePath();
          bootstrap.channel(NioServerDomainSocketChannel.class);
          listener = bindPrivately(bootstrap, socketFile);
          address = "unix:" + socketFile;
        }
      }
    } catch (IOException | RuntimeException e) {
      threads.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw e;
    }
    this.deviceThread = Thread.ofPlatform().name("zl-device").daemon().start(loop::run);
  }

  /**
   * Serves a device. Closing the server closes the device.
   *
   * @param where {@code HOST:PORT}, port 0 for any that is free, or {@code unix:PATH}
   * @throws IllegalArgumentException if the address is none, or one that others reach without
   *     certificate and token, or the device is too small for its clients
   * @throws IOException if it cannot listen there
   */
  public static DeviceServer open(
      Transport device, String where, ServerOptions options, ServerSecurity security)
      throws IOException {
    return new DeviceServer(device, ListenAddress.parse(where), options, security);
  }

  private static Channel bind(ServerBootstrap bootstrap, ListenAddress where) throws IOException {
    ChannelFuture future = bootstrap.bind(where.socket()).awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new IOException(
          "cannot listen on " + where.socket() + ": " + future.cause().getMessage(),
          future.cause());
    }
    return future.channel();
  }

  /**
   * Makes a socket that only this user may use. It is made in a folder that only this user may
   * enter, and moved when its permissions are right.
   */
  private static ServerChannel bindPrivately(ServerBootstrap bootstrap, Path path)
      throws IOException {
    if (Files.exists(path)) {
      if (answers(path)) {
        throw new IOException(path + ": another server listens there");
      }
      if (!Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class)
          .isOther()) {
        throw new IOException(path + " exists and is no socket; remove it or choose another path");
      }
    }
    Path folder = Files.createTempDirectory(path.getParent(), ".zl");
    try {
      Path made = folder.resolve("s");
      ServerChannel channel = (ServerChannel) bind(bootstrap, new ListenAddress.Unix(made));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return channel;
    } finally {
      Files.deleteIfExists(folder.resolve("s"));
      Files.delete(folder);
    }
  }

  private static boolean answers(Path path) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What clients open. */
  public String address() {
    return address;
  }

  /** Clients at this moment, those that are being cleared away included. */
  public int clients() {
    return loop.clients();
  }

  /** Why the device is lost for everyone, or null; only closing the server is of use then. */
  public String lost() {
    return loop.lost();
  }

  /** Ends all connections and gives the device back. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    loop.stop();
    try {
      deviceThread.join(STOP_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    if (socketFile != null) {
      try {
        Files.deleteIfExists(socketFile);
      } catch (IOException e) {
        // The next server at this path replaces it.
        System.getLogger(DeviceServer.class.getName())
            .log(System.Logger.Level.DEBUG, "socket stays", e);
      }
    }
    if (!deviceThread.isAlive()) {
      device.close();
    }
  }
}
