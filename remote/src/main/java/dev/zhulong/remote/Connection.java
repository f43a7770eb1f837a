package dev.zhulong.remote;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client's side of a connection: frames out, as fast as the other side takes them, and answers in
 * the order of the questions.
 */
final class Connection {
  private static final int CONNECT_MILLISECONDS = 10_000;
  private static final int FRAME_LIMIT = 1 << 20;
  private static final WriteBufferWaterMark PILE = new WriteBufferWaterMark(1 << 20, 2 << 20);

  private final String name;
  private final Channel channel;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Object writability = new Object();
  private volatile String lost;

  /** The first refusal of a frame that has no answer. */
  private String refusal;

  private int lastId;

  /** Questions whose answers nobody waits for. */
  private final Set<Integer> abandoned = new HashSet<>();

  /** What comes from the network. */
  private sealed interface Event {}

  private record Arrived(Frame frame) implements Event {}

  private record Ended() implements Event {}

  private Connection(String name, ListenAddress where, SslContext tls) {
    this.name = name;
    boolean unix = where instanceof ListenAddress.Unix;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(Network.Clients.THREADS)
            .channel(unix ? NioDomainSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLISECONDS)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, PILE)
            .option(ChannelOption.AUTO_CLOSE, false)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel made) {
                    if (tls != null && where instanceof ListenAddress.Tcp tcp) {
                      made.pipeline()
                          .addLast(
                              tls.newHandler(made.alloc(), tcp.host(), tcp.address().getPort()));
                    }
                    made.pipeline().addLast(new FrameDecoder(FRAME_LIMIT), new Receiver());
                  }
                });
    if (!unix) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
    }
    ChannelFuture future = bootstrap.connect(where.socket()).awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new DeviceUnavailableException(
          name
              + ": no server answers there ("
              + future.cause().getMessage()
              + "); start one with zl serve --listen",
          future.cause());
    }
    this.channel = future.channel();
  }

  /**
   * Connects to a server.
   *
   * @param name the address as given, for messages
   * @param tls null for none
   * @throws DeviceUnavailableException if there is none
   */
  static Connection open(String name, ListenAddress where, SslContext tls) {
    return new Connection(name, where, tls);
  }

  /**
   * Says who is there.
   *
   * @throws DeviceUnavailableException if the server does not want this client
   */
  Welcome greet(String token) {
    ByteBuf out = channel.alloc().buffer(512);
    new Hello(Hello.MAJOR, Hello.MINOR, FRAME_LIMIT, token).write(out);
    send(out);
    Event event = take(CONNECT_MILLISECONDS);
    if (event instanceof Arrived(Frame frame)) {
      try {
        switch (frame.type()) {
          case WELCOME -> {
            Welcome welcome = Welcome.read(frame);
            channel
                .pipeline()
                .addFirst(
                    new IdleStateHandler(
                        welcome.deadMillis(), welcome.pingMillis(), 0, TimeUnit.MILLISECONDS));
            return welcome;
          }
          case REFUSED ->
              throw new DeviceUnavailableException(
                  name + ": the server refuses: " + frame.text() + hint(token));
          default -> lose("its first frame is " + frame.type());
        }
      } catch (ProtocolException e) {
        lose(e.getMessage());
      } finally {
        frame.release();
      }
    } else if (event == null) {
      lose("it says nothing");
    }
    throw new DeviceUnavailableException(
        name + ": not a server of devices, or one with other security: " + lost);
  }

  private static String hint(String token) {
    return token.isEmpty() ? "; no token was sent, give one with token-file= or ZHULONG_TOKEN" : "";
  }

  ByteBuf buffer(int bytes) {
    return channel.alloc().buffer(bytes);
  }

  int nextId() {
    // Zero is for frames that are not about one of ours.
    lastId = lastId == -1 ? 1 : lastId + 1;
    return lastId;
  }

  /** Sends a buffer of whole frames, when the other side takes them. */
  void send(ByteBuf frames) {
    synchronized (writability) {
      boolean interrupted = false;
      while (!channel.isWritable() && channel.isActive()) {
        try {
          writability.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    // A failure to write says less than what can still be read.
    channel.writeAndFlush(frames);
  }

  /**
   * Waits for an answer; the caller releases it.
   *
   * @throws DeviceLostException if there will be none
   * @throws IllegalArgumentException if the server refused this or an earlier frame
   */
  Frame answer(FrameType type, int id) {
    while (true) {
      Event event = take(0);
      if (!(event instanceof Arrived(Frame frame))) {
        throw gone();
      }
      if (abandoned.remove(frame.id())) {
        frame.release();
      } else if (frame.type() == FrameType.ERROR) {
        if (refusal == null) {
          refusal = frame.text();
        }
        frame.release();
        if (frame.id() == id || frame.id() == 0) {
          throwRefusal();
        }
      } else if (frame.type() == type && frame.id() == id) {
        if (refusal != null) {
          frame.release();
          throwRefusal();
        }
        return frame;
      } else {
        frame.release();
        lose("it answers with " + frame.type() + " " + frame.id() + " to " + type + " " + id);
        throw gone();
      }
    }
  }

  /** Answers to these questions do not matter any more. */
  void abandon(Collection<Integer> ids) {
    abandoned.addAll(ids);
  }

  private void throwRefusal() {
    String reason = refusal;
    refusal = null;
    throw new IllegalArgumentException(name + ": the server refused: " + reason);
  }

  DeviceLostException gone() {
    return new DeviceLostException(name + ": connection lost: " + lost);
  }

  boolean isLost() {
    return lost != null;
  }

  /** The next event, or null when time is over; zero is for ever. */
  private Event take(long milliseconds) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Event event =
              milliseconds == 0 ? events.take() : events.poll(milliseconds, TimeUnit.MILLISECONDS);
          if (event instanceof Ended) {
            // For whoever asks next.
            events.add(event);
          }
          return event;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void lose(String reason) {
    if (lost == null) {
      lost = reason;
    }
    channel.close();
  }

  /** Ends it without a word. */
  void cut() {
    channel.close();
  }

  void close() {
    if (lost == null) {
      lost = "closed";
    }
    channel.close().awaitUninterruptibly();
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof Arrived(Frame frame)) {
        frame.release();
      }
    }
  }

  /** The network thread's side. */
  private final class Receiver extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Frame frame = (Frame) message;
      switch (frame.type()) {
        case PING -> {
          ByteBuf out = context.alloc().buffer(16);
          Frame.end(out, Frame.begin(out, FrameType.PONG, frame.id()));
          context.writeAndFlush(out);
          frame.release();
        }
        case PONG -> frame.release();
        case LOST -> {
          note(frame.text());
          frame.release();
          context.close();
        }
        default -> events.add(new Arrived(frame));
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      wakeWriter();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      note("the server has hung up");
      events.add(new Ended());
      wakeWriter();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof IdleStateEvent idle) {
        if (idle.state() == IdleState.READER_IDLE) {
          note("the server has been silent for too long");
          context.close();
        } else if (context.channel().isWritable()) {
          ByteBuf out = context.alloc().buffer(16);
          Frame.end(out, Frame.begin(out, FrameType.PING, 0));
          context.writeAndFlush(out);
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      Throwable problem =
          cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
      Throwable root = problem;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      note(root.getMessage() == null ? root.toString() : root.getMessage());
      context.close();
    }

    private void note(String reason) {
      if (lost == null) {
        lost = reason;
      }
    }

    private void wakeWriter() {
      synchronized (writability) {
        writability.notifyAll();
      }
    }
  }
}
