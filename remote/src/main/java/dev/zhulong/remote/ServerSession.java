package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One connection: first whether the other side may, then its frames to the device's thread. */
final class ServerSession extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(ServerSession.class.getName());

  private final DeviceLoop loop;
  private final ServerOptions options;
  private final byte[] token;

  private Future<?> deadline;
  private Inbox inbox;

  /**
   * For one connection.
   *
   * @param token what a client must send, or null where none is needed
   */
  ServerSession(DeviceLoop loop, ServerOptions options, byte[] token) {
    this.loop = loop;
    this.options = options;
    this.token = token == null ? null : token.clone();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> {
                  if (inbox == null) {
                    context.close();
                  }
                },
                options.handshake().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Frame frame = (Frame) message;
    if (inbox != null && frame.type() != FrameType.PING && frame.type() != FrameType.PONG) {
      inbox.put(frame);
      return;
    }
    try {
      if (inbox == null) {
        greet(context, frame);
      } else if (frame.type() == FrameType.PING && context.channel().isWritable()) {
        ByteBuf out = context.alloc().buffer(16);
        Frame.end(out, Frame.begin(out, FrameType.PONG, frame.id()));
        context.writeAndFlush(out);
      }
    } finally {
      frame.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (inbox != null) {
      loop.wake();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      loop.wake();
    }
  }

  private void greet(ChannelHandlerContext context, Frame frame) {
    Hello hello = Hello.read(frame);
    if (token != null && !same(token, hello.token().getBytes(StandardCharsets.UTF_8))) {
      refuse(context, "the token is not the server's");
      return;
    }
    if (hello.major() != Hello.MAJOR) {
      refuse(
          context,
          "the server speaks version " + Hello.MAJOR + ", the client version " + hello.major());
      return;
    }
    if (hello.frameLimit() < Hello.LEAST_FRAME || hello.frameLimit() > Hello.MOST_FRAME) {
      refuse(
          context,
          "frame limit "
              + hello.frameLimit()
              + ", must be "
              + Hello.LEAST_FRAME
              + " to "
              + Hello.MOST_FRAME);
      return;
    }
    if (loop.lost() != null) {
      refuse(context, "the device is lost: " + loop.lost());
      return;
    }
    Inbox box = new Inbox(context.channel());
    Client client = loop.admit(box, hello.frameLimit());
    if (client == null) {
      refuse(context, "the device has all the " + options.clients() + " clients that it takes");
      return;
    }
    inbox = box;
    deadline.cancel(false);
    context.pipeline().get(FrameDecoder.class).limit(options.frameLimit());
    context
        .pipeline()
        .addFirst(
            new IdleStateHandler(
                options.dead().toMillis(), options.ping().toMillis(), 0, TimeUnit.MILLISECONDS));
    VirtualDevice virtual = client.device();
    ByteBuf out = context.alloc().buffer(512);
    new Welcome(
            options.frameLimit(),
            (int) options.ping().toMillis(),
            (int) options.dead().toMillis(),
            virtual.memory().start(),
            virtual.identity(),
            loop.description())
        .write(out, frame.id());
    context.writeAndFlush(out);
    loop.wake();
  }

  /** Compares in a time that does not tell how much is right. */
  private static boolean same(byte[] expected, byte[] given) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] first = digest.digest(expected);
      return MessageDigest.isEqual(first, digest.digest(given));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void refuse(ChannelHandlerContext context, String reason) {
    ByteBuf out = context.alloc().buffer(256);
    Frame.text(out, FrameType.REFUSED, 0, reason);
    context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case IdleStateEvent idle when idle.state() == IdleState.WRITER_IDLE -> {
        if (context.channel().isWritable()) {
          ByteBuf out = context.alloc().buffer(16);
          Frame.end(out, Frame.begin(out, FrameType.PING, 0));
          context.writeAndFlush(out);
        }
      }
      case IdleStateEvent idle when idle.state() == IdleState.READER_IDLE -> {
        // A connection that is not read because the device is busy is not a silent one.
        if (context.channel().config().isAutoRead() || !context.channel().isWritable()) {
          LOG.log(System.Logger.Level.DEBUG, "a client has been silent for too long");
          context.close();
        }
      }
      case ChannelInputShutdownEvent end -> context.close();
      case SslHandshakeCompletionEvent handshake when !handshake.isSuccess() -> context.close();
      default -> context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    context.fireChannelInactive();
  }

  private void end() {
    deadline.cancel(false);
    if (inbox != null) {
      inbox.close();
      loop.wake();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable problem =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    LOG.log(System.Logger.Level.DEBUG, "connection ended", problem);
    if (problem instanceof ProtocolException && context.channel().isWritable()) {
      ByteBuf out = context.alloc().buffer(256);
      Frame.text(out, inbox == null ? FrameType.REFUSED : FrameType.ERROR, 0, problem.getMessage());
      context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    } else {
      context.close();
    }
  }
}
