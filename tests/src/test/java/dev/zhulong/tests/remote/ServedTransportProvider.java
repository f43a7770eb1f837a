package dev.zhulong.tests.remote;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Addresses such as {@code served:tcp/sim?config=c1w4t4}: a server in this process and a client of
 * it, so that tests of any device run on a served one.
 */
public final class ServedTransportProvider implements TransportProvider {
  /** For the service loader. */
  public ServedTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("served");
  }

  @Override
  public List<String> help() {
    return List.of();
  }

  @Override
  public Transport open(DeviceAddress address) {
    String[] parts = address.path().split("/", 2);
    String query = address.text().contains("?") ? address.text().replaceAll("^[^?]*", "") : "";
    try {
      Served served = Served.by(parts[0], parts[1] + ":" + query, ServerOptions.DEFAULT);
      return new WithServer(Served.transport(served.server().address()), served);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the server with its client. */
  private record WithServer(Transport client, Served served) implements Transport {
    @Override
    public String description() {
      return client.description();
    }

    @Override
    public int read32(int offset) {
      return client.read32(offset);
    }

    @Override
    public void write32(int offset, int value) {
      client.write32(offset, value);
    }

    @Override
    public void copyIn(long address, MemorySegment source) {
      client.copyIn(address, source);
    }

    @Override
    public void copyOut(long address, MemorySegment target) {
      client.copyOut(address, target);
    }

    @Override
    public long bufferBase() {
      return client.bufferBase();
    }

    @Override
    public boolean sharesMemory() {
      return client.sharesMemory();
    }

    @Override
    public Optional<HostMemory> hostMemory(long bytes) {
      return client.hostMemory(bytes);
    }

    @Override
    public boolean awaitInterrupt(long maxCycles, Duration timeout) {
      return client.awaitInterrupt(maxCycles, timeout);
    }

    @Override
    public void close() {
      client.close();
      try {
        served.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
