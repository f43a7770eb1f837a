package dev.zhulong.remote;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.transport.Transport;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Does on the device what the clients ask for. Clients take turns; one of them has its launch
 * running, while registers and copies of all others go on. All but {@link #admit} and {@link #wake}
 * is for one thread.
 */
final class DeviceLoop {
  private static final System.Logger LOG = System.getLogger(DeviceLoop.class.getName());

  /** How long the device works before the clients are looked at again. */
  private static final Duration SLICE = Duration.ofMillis(2);

  /** Frames and bytes of a client's turn. */
  private static final int TURN_FRAMES = 256;

  private static final int TURN_BYTES = 1 << 20;

  /** Most that is cleared of a client's memory in a turn. */
  private static final int TURN_CLEARED = 1 << 20;

  /** How long a stopped device may take to say so. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private static final long STOP_GRACE_CYCLES = 1_000_000;

  private static final long IDLE_NANOSECONDS = 50_000_000;

  private static final int[] IDENTITY = {
    HostRegister.ID.offset(),
    HostRegister.VERSION.offset(),
    HostRegister.CAPS_SHAPE.offset(),
    HostRegister.CAPS_CACHE.offset(),
    HostRegister.CAPS_ISA.offset(),
    HostRegister.CAPS_L2.offset(),
    HostRegister.MEMORY_SIZE.offset(),
    HostRegister.CAPS_QUEUE.offset()
  };

  private static final Range RESULTS = new Range(MemoryMap.RESULT, MemoryMap.BUFFERS);

  private final Transport device;
  private final ServerOptions options;
  private final Map<Integer, Integer> identity = new HashMap<>();
  private final Scrubber scrubber;
  private final Range programSpace;
  private final int available;
  private final long slice;
  private final boolean[] slots;

  /** In the order of admission. */
  private final List<Client> clients = new CopyOnWriteArrayList<>();

  /** What is on the device at the pages that every client has. */
  private final Map<Integer, PrivatePages.Page> pagesOnDevice = new HashMap<>();

  private final Map<Integer, Long> versionsOnDevice = new HashMap<>();

  private volatile Thread thread;
  private volatile boolean stopping;
  private volatile String lost;

  /** Whose turn comes first. */
  private int first;

  /** Index of the client that had the device last. */
  private int lastServed;

  private Client running;
  private List<Confinement.Region> runningRegions = List.of();
  private long startNanos;
  private boolean stopped;
  private long stopCycles;

  /** Whose work has left something in local memory, or on the stacks. */
  private Client localOwner;

  private Client stackOwner;

  /**
   * Takes a device over, in its reset state.
   *
   * @throws IllegalArgumentException if it has less memory than the clients are to have
   */
  DeviceLoop(Transport device, ServerOptions options) {
    this.device = device;
    this.options = options;
    for (int offset : IDENTITY) {
      identity.put(offset, device.read32(offset));
    }
    int id = identity.get(HostRegister.ID.offset());
    if (id != HostRegister.ID_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              "%s: identity register reads 0x%08x, a ZL1 has 0x%08x",
              device.description(), id, HostRegister.ID_VALUE));
    }
    int word = identity.get(HostRegister.CAPS_SHAPE.offset());
    CoreShape shape = new CoreShape(word & 0xff, word >> 8 & 0xff, word >> 16 & 0xff);
    available = word >>> 24;
    int local = (identity.get(HostRegister.CAPS_CACHE.offset()) >> 16 & 0xff) << 10;
    long end =
        Math.min(
            (identity.get(HostRegister.MEMORY_SIZE.offset()) & 0xffff_ffffL) << 20,
            MemoryMap.PROGRAM);
    // The last page is the server's.
    long code = end - PrivatePages.PAGE_BYTES;
    long megabytes = (code >> 20) - 1;
    slice =
        options.clientMemory() > 0 ? options.clientMemory() : megabytes / options.clients() << 20;
    if (slice < 1 << 20 || slice * options.clients() > megabytes << 20) {
      throw new IllegalArgumentException(
          options.clients()
              + " clients of "
              + (slice >> 20)
              + " MiB do not fit into "
              + megabytes
              + " MiB of device memory; allow fewer clients or less memory each");
    }
    slots = new boolean[options.clients()];
    reset();
    scrubber = new Scrubber(device, code, shape, local);
    programSpace =
        new Range(MemoryMap.PROGRAM, scrubber.stacks().start() & -(long) PrivatePages.PAGE_BYTES);
  }

  /** What the device says of itself. */
  String description() {
    return device.description();
  }

  /** Why the device is lost, or null. */
  String lost() {
    return lost;
  }

  int clients() {
    return clients.size();
  }

  /**
   * Makes a device for a client; by its connection.
   *
   * @param frameLimit most bytes of a frame to it
   * @return null where there are too many
   */
  Client admit(Inbox inbox, int frameLimit) {
    int slot = 0;
    synchronized (slots) {
      while (slot < slots.length && slots[slot]) {
        slot++;
      }
      if (slot == slots.length) {
        return null;
      }
      slots[slot] = true;
    }
    long start = (1 << 20) + slot * slice;
    VirtualDevice virtual =
        new VirtualDevice(
            identity,
            new Range(start, start + slice),
            new PrivatePages(programSpace, options.programMemory()));
    Client client = new Client(slot, inbox, virtual, frameLimit);
    clients.add(client);
    return client;
  }

  /** There is something to do. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Works until {@link #stop}. */
  void run() {
    thread = Thread.currentThread();
    while (!stopping) {
      if (!turn()) {
        LockSupport.parkNanos(idleNanos());
      }
    }
  }

  /** Lets {@link #run} end. */
  void stop() {
    stopping = true;
    wake();
  }

  private long idleNanos() {
    long nanos = IDLE_NANOSECONDS;
    long now = System.nanoTime();
    for (Client client : clients) {
      if (client.waiting() != null) {
        nanos = Math.min(nanos, client.waiting().deadline() - now);
      }
    }
    return Math.max(nanos, 1);
  }

  /**
   * Gives every client a turn, and the device some time.
   *
   * @return whether there was anything to do
   */
  boolean turn() {
    boolean worked = false;
    try {
      List<Client> all = new ArrayList<>(clients);
      for (int i = 0; i < all.size(); i++) {
        worked |= serve(all.get((first + i) % all.size()));
      }
      first++;
      if (lost == null) {
        if (running == null) {
          startNext();
        }
        if (running != null) {
          advance();
          worked = true;
        }
      }
    } catch (RuntimeException | AssertionError e) {
      LOG.log(System.Logger.Level.ERROR, "device failed", e);
      lose(device.description() + " failed: " + e.getMessage());
      worked = true;
    }
    return worked;
  }

  // -------------------------------------------------------------------- clients

  private boolean serve(Client client) {
    if (client.inbox().closed()) {
      release(client);
      return true;
    }
    boolean worked = false;
    int bytes = 0;
    for (int frames = 0; frames < TURN_FRAMES && bytes < TURN_BYTES; frames++) {
      if (!client.listens() || client.waiting() != null && !answer(client)) {
        return worked;
      }
      Frame frame = client.inbox().poll();
      if (frame == null) {
        return worked;
      }
      worked = true;
      bytes += frame.bytes();
      try {
        handle(client, frame);
      } catch (ProtocolException e) {
        client.refuse(frame.id(), e.getMessage());
        client.inbox().channel().close();
        client.inbox().close();
        return true;
      } finally {
        frame.release();
      }
    }
    return true;
  }

  /** Answers a wait if it has come to its end. */
  private boolean answer(Client client) {
    Client.Wait wait = client.waiting();
    VirtualDevice virtual = client.device();
    boolean over =
        virtual.interrupt()
            || virtual.state() == VirtualDevice.State.IDLE
            || virtual.cycles() >= wait.cycles()
            || System.nanoTime() - wait.deadline() >= 0;
    if (over) {
      client.waiting(null);
      ByteBuf out = client.buffer(1024);
      virtual.snapshot().write(out, wait.id());
      client.send(out);
    }
    return over;
  }

  private void handle(Client client, Frame frame) {
    if (lost != null) {
      return;
    }
    VirtualDevice virtual = client.device();
    ByteBuf in = frame.payload();
    switch (frame.type()) {
      case WRITE_REGISTERS -> {
        if (in.readableBytes() % 8 != 0) {
          throw new ProtocolException(
              "WRITE_REGISTERS of " + in.readableBytes() + " bytes, must be a multiple of 8");
        }
        while (in.isReadable()) {
          int offset = in.readIntLE();
          int value = in.readIntLE();
          requireRegister(offset);
          if (offset == HostRegister.CONTROL.offset()) {
            control(client, value);
          } else {
            virtual.write32(offset, value);
          }
        }
      }
      case READ_REGISTER -> {
        frame.require(4);
        int offset = in.readIntLE();
        requireRegister(offset);
        ByteBuf out = client.buffer(16);
        int start = Frame.begin(out, FrameType.REGISTER, frame.id());
        out.writeIntLE(virtual.read32(offset));
        Frame.end(out, start);
        client.send(out);
      }
      case WRITE_MEMORY -> {
        frame.require(8);
        write(client, frame.id(), in.readLongLE(), in);
      }
      case READ_MEMORY -> {
        frame.require(12);
        long address = in.readLongLE();
        read(client, frame.id(), address, in.readIntLE());
      }
      case WAIT -> {
        frame.require(16);
        long cycles = Math.max(0, in.readLongLE());
        long nanos = Math.min(Math.max(0, in.readLongLE()), Duration.ofDays(365).toNanos());
        long end = virtual.cycles() + cycles;
        client.waiting(
            new Client.Wait(frame.id(), System.nanoTime() + nanos, end < 0 ? Long.MAX_VALUE : end));
      }
      default -> throw new ProtocolException("a client may not send " + frame.type());
    }
  }

  private static void requireRegister(int offset) {
    if (offset < 0 || offset >= HostRegister.SPACE_BYTES || offset % 4 != 0) {
      throw new ProtocolException(String.format("register offset 0x%x", offset));
    }
  }

  private void control(Client client, int value) {
    VirtualDevice virtual = client.device();
    if ((value & HostRegister.CONTROL_RESET) != 0) {
      if (running == client) {
        abandon();
      }
      virtual.reset();
    }
    if ((value & HostRegister.CONTROL_STOP) != 0) {
      if (running == client) {
        stopRunning();
      } else if (virtual.state() == VirtualDevice.State.WAITING) {
        virtual.timedOut();
      }
    }
    if ((value & HostRegister.CONTROL_LAUNCH) != 0) {
      virtual.request();
    }
  }

  private void write(Client client, int id, long address, ByteBuf in) {
    int bytes = in.readableBytes();
    VirtualDevice virtual = client.device();
    MemorySegment source = MemorySegment.ofBuffer(in.nioBuffer());
    if (virtual.memory().holds(address, bytes)) {
      virtual.touch(new Range(address, address + bytes));
      device.copyIn(address, source);
    } else if (address >= 0 && virtual.pages().holds(address, bytes)) {
      if (!virtual.pages().write(address, source)) {
        client.refuse(id, "programs would span more than " + options.programMemory() + " bytes");
      }
    } else {
      client.refuse(id, outside(address, bytes, virtual));
    }
  }

  private void read(Client client, int id, long address, int bytes) {
    int most = Math.min(client.frameLimit(), options.frameLimit()) - Frame.HEAD_BYTES;
    if (bytes < 0 || bytes > most) {
      throw new ProtocolException("READ_MEMORY of " + bytes + " bytes, must be 0 to " + most);
    }
    VirtualDevice virtual = client.device();
    boolean buffer = virtual.memory().holds(address, bytes);
    if (!buffer && (address < 0 || !virtual.pages().holds(address, bytes))) {
      client.refuse(id, outside(address, bytes, virtual));
      return;
    }
    ByteBuf out = client.buffer(Frame.LENGTH_BYTES + Frame.HEAD_BYTES + bytes);
    int start = Frame.begin(out, FrameType.MEMORY, id);
    MemorySegment target = MemorySegment.ofBuffer(out.nioBuffer(out.writerIndex(), bytes));
    if (buffer) {
      device.copyOut(address, target);
    } else {
      if (running == client) {
        save(client);
      }
      virtual.pages().read(address, target);
    }
    out.writerIndex(out.writerIndex() + bytes);
    Frame.end(out, start);
    client.send(out);
  }

  private static String outside(long address, long bytes, VirtualDevice virtual) {
    return String.format(
        "%d bytes at 0x%x are not this client's, which has 0x%x to 0x%x, the result block and"
            + " programs",
        bytes, address, virtual.memory().start(), virtual.memory().end() - 1);
  }

  /** Takes everything from a client that is gone, a part at a time. */
  private void release(Client client) {
    client.inbox().clear();
    if (running == client) {
      abandon();
    }
    client.device().reset();
    client.waiting(null);
    if (lost == null) {
      for (int done = 0; done < TURN_CLEARED; done += VirtualDevice.BLOCK_BYTES) {
        long block = client.device().takeTouched();
        if (block < 0) {
          forget(client);
          return;
        }
        scrubber.clear(block, VirtualDevice.BLOCK_BYTES);
      }
    } else {
      forget(client);
    }
  }

  private void forget(Client client) {
    clients.remove(client);
    client
        .device()
        .pages()
        .all()
        .forEach(
            (number, page) -> {
              if (pagesOnDevice.remove(number, page)) {
                versionsOnDevice.remove(number);
              }
            });
    synchronized (slots) {
      slots[client.slot()] = false;
    }
  }

  // ------------------------------------------------------------------- launches

  private void startNext() {
    List<Client> all = new ArrayList<>(clients);
    for (int i = 1; i <= all.size(); i++) {
      Client client = all.get((lastServed + i) % all.size());
      if (client.device().state() == VirtualDevice.State.WAITING && !client.inbox().closed()) {
        lastServed = (lastServed + i) % all.size();
        start(client);
        return;
      }
    }
  }

  private void start(Client client) {
    VirtualDevice virtual = client.device();
    Range stacks = scrubber.stacks();
    List<Range> parts = List.of(virtual.memory(), RESULTS, virtual.pages().programs(), stacks);
    List<Confinement.Region> regions = Confinement.confine(virtual.regions(), parts, available);
    boolean usesStacks = regions.stream().anyMatch(r -> !r.range().meet(stacks).isEmpty());
    if (localOwner != null && localOwner != client) {
      if (!scrubber.clearLocal()) {
        lose(device.description() + " does not clear its local memory; reset it");
        return;
      }
      localOwner = null;
    }
    if (usesStacks) {
      if (stackOwner != null && stackOwner != client) {
        scrubber.clearStacks();
      }
      stackOwner = client;
    }
    boolean raw = (virtual.launch(HostRegister.LAUNCH_MODE) & HostRegister.MODE_GRID) == 0;
    if (raw || virtual.launch(HostRegister.LAUNCH_LOCAL_BYTES) != 0) {
      localOwner = client;
    }
    for (Confinement.Region region : regions) {
      load(client, region.range());
    }
    int[] block = virtual.launch();
    for (int i = 0; i < block.length; i++) {
      device.write32(HostRegister.LAUNCH_MODE.offset() + 4 * i, block[i]);
    }
    for (int i = 0; i < available; i++) {
      int at = HostRegister.REGION_BASE.offset() + i * HostRegister.REGION_STRIDE;
      boolean used = i < regions.size();
      Range range = used ? regions.get(i).range() : new Range(0, 0);
      device.write32(at, (int) range.start());
      device.write32(at + 4, (int) (range.end() - range.start()));
      device.write32(at + 8, used ? regions.get(i).flags() : 0);
      if (used && (regions.get(i).flags() & HostRegister.ALLOW_WRITE) != 0) {
        virtual.touch(range);
      }
    }
    running = client;
    runningRegions = regions;
    stopped = false;
    startNanos = System.nanoTime();
    virtual.started();
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
  }

  /** Brings the client's pages of a range to the device where they are not there. */
  private void load(Client client, Range range) {
    if (!isPaged(range)) {
      return;
    }
    client
        .device()
        .pages()
        .within(range)
        .forEach(
            (number, page) -> {
              boolean there =
                  pagesOnDevice.get(number) == page && versionsOnDevice.get(number) == page.version;
              if (!there) {
                device.copyIn(
                    (long) number * PrivatePages.PAGE_BYTES, MemorySegment.ofArray(page.bytes));
                pagesOnDevice.put(number, page);
                versionsOnDevice.put(number, page.version);
              }
            });
  }

  /** Fetches the pages that the running work can have written. */
  private void save(Client client) {
    for (Confinement.Region region : runningRegions) {
      if ((region.flags() & HostRegister.ALLOW_WRITE) != 0 && isPaged(region.range())) {
        client
            .device()
            .pages()
            .within(region.range())
            .forEach(
                (number, page) -> {
                  device.copyOut(
                      (long) number * PrivatePages.PAGE_BYTES, MemorySegment.ofArray(page.bytes));
                  page.version++;
                  versionsOnDevice.put(number, page.version);
                });
      }
    }
  }

  private boolean isPaged(Range range) {
    return range.end() <= MemoryMap.BUFFERS || !range.meet(programSpace).isEmpty();
  }

  /** Lets the device work for a while and sees what has come of it. */
  private void advance() {
    Client client = running;
    VirtualDevice virtual = client.device();
    boolean full = virtual.consoleFull();
    if (full && !stopped) {
      LockSupport.parkNanos(SLICE.toNanos() / 4);
    } else {
      long limit = Math.min(options.launchCycles(), stopped ? stopCycles : Long.MAX_VALUE);
      if (client.waiting() != null) {
        limit = Math.min(limit, client.waiting().cycles());
      }
      device.awaitInterrupt(Math.max(1, limit - virtual.cycles()), SLICE);
    }
    int pending = read(HostRegister.IRQ_STATUS);
    if (pending == -1) {
      lose(device.description() + ": every register reads all-ones");
      return;
    }
    if ((pending & HostRegister.IRQ_CONSOLE) != 0 && (!full || stopped)) {
      takeConsole(virtual);
    }
    long cycles = cycles();
    virtual.cycles(cycles);
    if ((pending & HostRegister.IRQ_FAULT) != 0) {
      save(client);
      takeConsole(virtual);
      Map<Integer, Integer> values = values(VirtualDevice.faultRegisters());
      values.putAll(values(VirtualDevice.counterRegisters()));
      running = null;
      virtual.faulted(values);
      reset();
    } else if ((pending & HostRegister.IRQ_DONE) != 0) {
      save(client);
      takeConsole(virtual);
      running = null;
      virtual.done(values(VirtualDevice.counterRegisters()));
      write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    } else if ((pending & HostRegister.IRQ_REFUSED) != 0) {
      running = null;
      virtual.refused();
      write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
    } else if (stopped) {
      if (cycles >= stopCycles || System.nanoTime() - startNanos > STOP_GRACE.toNanos()) {
        running = null;
        virtual.timedOut();
        reset();
      }
    } else if (cycles >= options.launchCycles()
        || System.nanoTime() - startNanos >= options.launchTime().toNanos()) {
      LOG.log(
          System.Logger.Level.DEBUG, "client " + client.slot() + ": launch stopped, time is up");
      stopRunning();
    }
  }

  private void stopRunning() {
    if (!stopped) {
      stopped = true;
      startNanos = System.nanoTime();
      stopCycles = running.device().cycles() + STOP_GRACE_CYCLES;
      write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
    }
  }

  /** Ends the running launch, for a client that does not want to know. */
  private void abandon() {
    save(running);
    running = null;
    reset();
  }

  /** Makes the device usable, or finds that it is not. */
  private void reset() {
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    write(
        HostRegister.IRQ_ENABLE,
        HostRegister.IRQ_DONE
            | HostRegister.IRQ_FAULT
            | HostRegister.IRQ_CONSOLE
            | HostRegister.IRQ_REFUSED);
    if (read(HostRegister.ID) != HostRegister.ID_VALUE) {
      lose(device.description() + " does not answer after a reset");
    } else if ((read(HostRegister.STATUS) & HostRegister.STATUS_BUSY) != 0) {
      lose(device.description() + " is busy after a reset");
    }
  }

  private void lose(String reason) {
    if (lost == null) {
      lost = reason;
      running = null;
      for (Client client : clients) {
        ByteBuf out = client.buffer(256);
        Frame.text(out, FrameType.LOST, 0, reason);
        client.send(out);
        client.inbox().channel().close();
      }
    }
  }

  private void takeConsole(VirtualDevice virtual) {
    for (int word = read(HostRegister.CONSOLE);
        (word & HostRegister.CONSOLE_VALID) != 0 && word != -1;
        word = read(HostRegister.CONSOLE)) {
      virtual.print(word & 0x3fff);
    }
  }

  private Map<Integer, Integer> values(int[] offsets) {
    Map<Integer, Integer> values = new HashMap<>();
    for (int offset : offsets) {
      values.put(offset, device.read32(offset));
    }
    return values;
  }

  private long cycles() {
    int high = device.read32(HostRegister.CYCLES.offset() + 4);
    while (true) {
      int low = read(HostRegister.CYCLES);
      int again = device.read32(HostRegister.CYCLES.offset() + 4);
      if (again == high) {
        return (long) high << 32 | low & 0xffff_ffffL;
      }
      high = again;
    }
  }

  private int read(HostRegister register) {
    return device.read32(register.offset());
  }

  private void write(HostRegister register, int value) {
    device.write32(register.offset(), value);
  }
}
