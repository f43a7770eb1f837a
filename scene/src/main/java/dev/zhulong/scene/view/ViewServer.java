package dev.zhulong.scene.view;

import dev.zhulong.graphics.RenderStatistics;
import dev.zhulong.scene.Frame;
import dev.zhulong.scene.PictureFile;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Shows frames to browsers on this machine. */
public final class ViewServer implements AutoCloseable {
  private static final int LONGEST_REQUEST = 1 << 14;
  private static final int LONGEST_MESSAGE = 1 << 10;

  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("zl-view", true), NioIoHandler.newFactory());

  private final ChannelGroup viewers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final float[] mouse = new float[4];
  private final Channel listening;
  private boolean closed;

  private ViewServer(int port) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(LONGEST_REQUEST))
                        .addLast(new PageHandler())
                        .addLast(
                            new WebSocketServerProtocolHandler(
                                PageHandler.FRAMES, null, false, LONGEST_MESSAGE))
                        .addLast(new ViewerHandler(ViewServer.this));
                  }
                });
    var bound =
        bootstrap
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException(
          "port "
              + port
              + " cannot be had ("
              + bound.cause().getMessage()
              + "); try another --port",
          bound.cause());
    }
    listening = bound.channel();
  }

  /**
   * Listens on this machine only.
   *
   * @param port the port, or 0 for any
   * @throws IOException if it is taken
   */
  public static ViewServer listen(int port) throws IOException {
    return new ViewServer(port);
  }

  /** The page's address. */
  public String address() {
    return "http://localhost:" + ((InetSocketAddress) listening.localAddress()).getPort() + "/";
  }

  void add(Channel viewer) {
    viewers.add(viewer);
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void mouse(float x, float y, boolean down) {
    lock.lock();
    try {
      // A click's place is negative while the button is up.
      if (down) {
        if (mouse[2] <= 0) {
          mouse[2] = x;
          mouse[3] = y;
        }
        mouse[0] = x;
        mouse[1] = y;
      } else {
        mouse[2] = -Math.abs(mouse[2]);
        mouse[3] = -Math.abs(mouse[3]);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a viewer; gives the mouse, or null when this has been closed. */
  private float[] viewed() {
    lock.lock();
    try {
      while (!closed && viewers.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      return closed ? null : mouse.clone();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Draws and shows frames while somebody looks, until this is ended or closed.
   *
   * @param step seconds of the show from frame to frame
   * @param most how many frames at most
   */
  public void show(FrameSource source, float step, long most) throws IOException {
    for (long n = 0; n < most; n++) {
      float[] at = viewed();
      if (at == null) {
        return;
      }
      float seconds = n * step;
      long begin = System.nanoTime();
      Frame frame = source.draw(seconds, at);
      send(frame, n, seconds, (System.nanoTime() - begin) / 1e9);
    }
  }

  private void send(Frame frame, long number, float seconds, double taken) throws IOException {
    RenderStatistics total = frame.total();
    String text =
        String.format(
            Locale.ROOT,
            "{\"frame\":%d,\"time\":%.3f,\"seconds\":%.3f,\"width\":%d,\"height\":%d,"
                + "\"cycles\":%d,\"instructions\":%d,"
                + "\"stages\":{\"clear\":%d,\"vertex\":%d,\"setup\":%d,\"fragment\":%d},"
                + "\"passes\":{\"shadow\":%d,\"scene\":%d,\"colours\":%d}}",
            number,
            seconds,
            taken,
            frame.width(),
            frame.height(),
            total.cycles(),
            total.instructions(),
            total.clear(),
            total.vertex(),
            total.setup(),
            total.fragment(),
            frame.shadow().cycles(),
            frame.scene().cycles(),
            frame.resolve().cycles());
    byte[] png = PictureFile.png(frame.image());
    for (Channel viewer : viewers) {
      // A viewer that is slower than the device misses frames.
      if (viewer.isWritable()) {
        viewer.write(new TextWebSocketFrame(text));
        viewer.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(png)));
      }
    }
  }

  /** Ends {@link #show} after the frame that it draws. */
  public void end() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends {@link #show} after the frame that it draws, and hangs up. */
  @Override
  public void close() {
    end();
    listening.close().awaitUninterruptibly();
    viewers.close().awaitUninterruptibly();
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
