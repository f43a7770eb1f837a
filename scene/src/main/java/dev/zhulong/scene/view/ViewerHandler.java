package dev.zhulong.scene.view;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One browser that looks. */
final class ViewerHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final Pattern MOUSE = Pattern.compile("mouse (\\d{1,5}) (\\d{1,5}) ([01])");

  private final ViewServer server;

  ViewerHandler(ViewServer server) {
    this.server = server;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof HandshakeComplete) {
      server.add(context.channel());
    }
    super.userEventTriggered(context, event);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    Matcher mouse = MOUSE.matcher(frame instanceof TextWebSocketFrame text ? text.text() : "");
    if (mouse.matches()) {
      server.mouse(
          Float.parseFloat(mouse.group(1)),
          Float.parseFloat(mouse.group(2)),
          mouse.group(3).equals("1"));
    } else {
      context
          .writeAndFlush(
              new CloseWebSocketFrame(
                  WebSocketCloseStatus.POLICY_VIOLATION, "messages are: mouse X Y 0|1"))
          .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
