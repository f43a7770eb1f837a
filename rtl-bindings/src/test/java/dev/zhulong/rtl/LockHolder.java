package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that holds a cache entry's lock while it makes the entry whole. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      System.out.print(lock.isValid() ? 'L' : 'X');
      System.out.flush();
      Thread.sleep(300);
      Files.writeString(Path.of(arguments[1]), "made\n");
    }
  }
}
