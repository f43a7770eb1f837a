package dev.zhulong.scene.view;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Answers requests for the page, lets those for frames through, and refuses all others. */
final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  static final String FRAMES = "/frames";

  private static final byte[] PAGE = page();

  PageHandler() {
    super(false);
  }

  private static byte[] page() {
    try (InputStream stream = PageHandler.class.getResourceAsStream("page.html")) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean local(String host) {
    return host != null && host.matches("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    String host = request.headers().get(HttpHeaderNames.HOST);
    String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    boolean upgrade =
        request.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    HttpResponseStatus status = null;
    if (!request.decoderResult().isSuccess()) {
      status = HttpResponseStatus.BAD_REQUEST;
    } else if (!local(host) || (origin != null && !origin.equals("http://" + host))) {
      // Another site's page must not look through this one.
      status = HttpResponseStatus.FORBIDDEN;
    } else if (request.method() != HttpMethod.GET) {
      status = HttpResponseStatus.METHOD_NOT_ALLOWED;
    } else if (request.uri().equals(FRAMES)) {
      status = upgrade ? null : HttpResponseStatus.UPGRADE_REQUIRED;
    } else {
      status = request.uri().equals("/") ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND;
    }
    if (status == null) {
      context.fireChannelRead(request);
      return;
    }
    request.release();
    boolean page = status == HttpResponseStatus.OK;
    byte[] body = page ? PAGE : (status.toString() + "\n").getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page ? "text/html; charset=utf-8" : "text/plain")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
