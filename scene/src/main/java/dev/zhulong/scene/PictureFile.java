package dev.zhulong.scene;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** Writes pictures: one as PNG, several as animated PNG or GIF. */
public final class PictureFile {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  private PictureFile() {}

  /** Whether files of that name can be written: .png and .gif. */
  public static boolean known(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".gif");
  }

  /**
   * Writes pictures; more than one follow each other for ever.
   *
   * @param hundredths hundredths of a second that each is seen
   */
  public static void write(Path file, List<BufferedImage> pictures, int hundredths)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".gif")) {
        gif(out, pictures, hundredths);
      } else if (pictures.size() == 1) {
        out.write(png(pictures.getFirst()));
      } else {
        animatedPng(out, pictures, hundredths);
      }
    }
  }

  /** The bytes of a PNG file. */
  public static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  private static void gif(OutputStream out, List<BufferedImage> pictures, int hundredths)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (BufferedImage picture : pictures) {
        IIOMetadata metadata =
            writer.getDefaultImageMetadata(
                ImageTypeSpecifier.createFromRenderedImage(picture), null);
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
        IIOMetadataNode control =
            (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        control.setAttribute("delayTime", "" + hundredths);
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        loop.setUserObject(new byte[] {1, 0, 0});
        IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
        extensions.appendChild(loop);
        root.appendChild(extensions);
        metadata.setFromTree(format, root);
        writer.writeToSequence(new IIOImage(picture, null, metadata), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  private static void chunk(DataOutputStream out, String kind, byte[] content) throws IOException {
    byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) sum.getValue());
  }

  /** The compressed rows of each picture's own PNG, in turn; PNG specification, section 11.3.4. */
  private static void animatedPng(OutputStream to, List<BufferedImage> pictures, int hundredths)
      throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.write(SIGNATURE);
    int sequence = 0;
    for (int n = 0; n < pictures.size(); n++) {
      ByteBuffer file = ByteBuffer.wrap(png(pictures.get(n)));
      file.position(SIGNATURE.length);
      ByteArrayOutputStream rows = new ByteArrayOutputStream();
      while (file.hasRemaining()) {
        byte[] content = new byte[file.getInt()];
        byte[] kind = new byte[4];
        file.get(kind).get(content).getInt();
        switch (new String(kind, StandardCharsets.US_ASCII)) {
          case "IHDR" -> {
            if (n == 0) {
              chunk(out, "IHDR", content);
              chunk(out, "acTL", ByteBuffer.allocate(8).putInt(pictures.size()).putInt(0).array());
            }
          }
          case "IDAT" -> rows.write(content);
          default -> {
            // Its end, and notes.
          }
        }
      }
      chunk(
          out,
          "fcTL",
          ByteBuffer.allocate(26)
              .putInt(sequence++)
              .putInt(pictures.get(n).getWidth())
              .putInt(pictures.get(n).getHeight())
              .putLong(0)
              .putShort((short) hundredths)
              .putShort((short) 100)
              .putShort((short) 0)
              .array());
      if (n == 0) {
        chunk(out, "IDAT", rows.toByteArray());
      } else {
        chunk(
            out,
            "fdAT",
            ByteBuffer.allocate(4 + rows.size())
                .putInt(sequence++)
                .put(rows.toByteArray())
                .array());
      }
    }
    chunk(out, "IEND", new byte[0]);
    out.flush();
  }
}
