package dev.zhulong.tests.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.hal.Gpu;
import dev.zhulong.scene.ShowRenderer;
import dev.zhulong.scene.view.ViewServer;
import dev.zhulong.tests.Zl;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that shows frames. */
class ViewTest {
  /** Red by time, green where the mouse is, blue by the place: a different value a pixel. */
  private static final String SHADER =
      """
      void mainImage(out vec4 color, in vec2 place) {
        color = vec4(iTime, iMouse.x / 255.0, floor(place.y) * iResolution.x + floor(place.x), 1.0);
        color.b /= 255.0;
      }
      """;

  @TempDir private Path folder;

  private static final class Looker implements WebSocket.Listener {
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> pictures = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      bytes.writeBytes(part);
      if (last) {
        pictures.add(bytes.toByteArray());
        bytes.reset();
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      closed.complete(status);
      return null;
    }

    BufferedImage picture() throws IOException, InterruptedException {
      byte[] file = pictures.poll(60, TimeUnit.SECONDS);
      assertNotNull(file, "no picture within a minute");
      return ImageIO.read(new ByteArrayInputStream(file));
    }
  }

  private static URI frames(ViewServer server) {
    return URI.create(server.address().replace("http", "ws") + "frames");
  }

  @Test
  void framesArriveAndAreTheRightPictures() throws Exception {
    Path file = Files.writeString(folder.resolve("show.frag"), SHADER);
    try (Gpu gpu = Gpu.open("sim:?config=c1w8t8");
        ShowRenderer renderer = new ShowRenderer(gpu, file, 16, 8);
        HttpClient client = HttpClient.newHttpClient();
        ViewServer server = ViewServer.listen(0)) {
      Thread show =
          new Thread(
              () -> {
                try {
                  server.show(renderer::render, 0.2f, Long.MAX_VALUE);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      show.start();
      Looker looker = new Looker();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .header("Origin", server.address().replaceAll("/$", ""))
              .buildAsync(frames(server), looker)
              .get(20, TimeUnit.SECONDS);
      for (int n = 0; n < 3; n++) {
        String text = looker.texts.poll(60, TimeUnit.SECONDS);
        assertTrue(text.contains("\"frame\":" + n + ","), text);
        assertTrue(text.matches(".*\"cycles\":[1-9]\\d*,.*\"fragment\":[1-9]\\d*.*"), text);
        BufferedImage picture = looker.picture();
        for (int y = 0; y < 8; y++) {
          for (int x = 0; x < 16; x++) {
            int rgb = picture.getRGB(x, y) & 0xffffff;
            assertEquals(
                n * 51 << 16 | ((7 - y) * 16 + x), rgb, "frame " + n + " at " + x + "," + y);
          }
        }
      }
      socket.sendText("mouse 9 3 1", true).get(20, TimeUnit.SECONDS);
      int green = 0;
      for (int n = 0; n < 500 && green == 0; n++) {
        green = looker.picture().getRGB(3, 3) >> 8 & 0xff;
      }
      assertEquals(9, green, "the mouse");
      socket.sendText("please stop", true).get(20, TimeUnit.SECONDS);
      assertEquals(1008, looker.closed.get(20, TimeUnit.SECONDS));
      server.end();
      show.join(20_000);
      assertFalse(show.isAlive());
    }
  }

  @Test
  void otherRequestsAreRefused() throws Exception {
    try (ViewServer server = ViewServer.listen(0);
        HttpClient client = HttpClient.newHttpClient()) {
      URI page = URI.create(server.address());
      var answer = client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("<canvas"), answer.body());
      Object[][] wrong = {
        {HttpRequest.newBuilder(page.resolve("/../etc/passwd")), 404},
        {HttpRequest.newBuilder(page.resolve("/frames")), 426},
        {HttpRequest.newBuilder(page).POST(HttpRequest.BodyPublishers.ofString("x")), 405},
        {HttpRequest.newBuilder(page).header("Origin", "http://elsewhere.example"), 403}
      };
      for (Object[] pair : wrong) {
        HttpRequest request = ((HttpRequest.Builder) pair[0]).build();
        assertEquals(
            pair[1], client.send(request, BodyHandlers.discarding()).statusCode(), "" + request);
      }
      assertThrows(
          Exception.class,
          () ->
              client
                  .newWebSocketBuilder()
                  .header("Origin", "http://elsewhere.example")
                  .buildAsync(frames(server), new Looker())
                  .get(20, TimeUnit.SECONDS));
      try (Socket socket = new Socket("localhost", page.getPort())) {
        socket.setSoTimeout(20_000);
        socket
            .getOutputStream()
            .write(
                "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.startsWith("HTTP/1.1 403"), text);
      }
      Zl.run(
              "view",
              "../examples/graphics/show.frag",
              "--size",
              "8x8",
              "--port",
              "" + page.getPort())
          .refuses("port " + page.getPort(), "--port");
    }
  }

  @Test
  void wrongShowsAreRefused() throws IOException {
    Path broken =
        Files.writeString(
            folder.resolve("broken.frag"),
            "\nvoid mainImage(out vec4 c, in vec2 p) { c = none; }\n");
    Zl.run("view", broken.toString(), "--port", "0").refuses("broken.frag:2");
    Path empty = Files.writeString(folder.resolve("empty.frag"), "void main() {}");
    Zl.run("view", empty.toString(), "--port", "0").refuses("mainImage");
    Zl.run("view", folder.resolve("none.frag").toString()).refuses("no such file");
    Zl.run("view", empty.toString(), "--port", "99999").refuses("--port 99999");
  }
}
