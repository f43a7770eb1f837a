package dev.zhulong.remote;

/** What a frame is. The codes are the protocol's. */
enum FrameType {
  /** From the client, first: version, limits and token. */
  HELLO(0x01),
  /** Answer to it: the client's device. */
  WELCOME(0x02),
  /** Answer to it: why there is none. */
  REFUSED(0x03),
  /** From either side, to see whether the other is there. */
  PING(0x10),
  /** Answer to it. */
  PONG(0x11),
  /** Register writes, without an answer. */
  WRITE_REGISTERS(0x20),
  /** Asks for one register. */
  READ_REGISTER(0x21),
  /** Bytes for device memory, without an answer. */
  WRITE_MEMORY(0x22),
  /** Asks for bytes of device memory. */
  READ_MEMORY(0x23),
  /** Waits for the interrupt line. */
  WAIT(0x24),
  /** Answer: a register. */
  REGISTER(0x31),
  /** Answer: bytes of device memory. */
  MEMORY(0x33),
  /** Answer: the interrupt line, and the registers that change by themselves. */
  SNAPSHOT(0x34),
  /** A frame, by its id, had no effect; and why. */
  ERROR(0x3f),
  /** The device is lost for everyone; and why. */
  LOST(0x40);

  private static final FrameType[] BY_CODE = new FrameType[256];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The type of a code, or null. */
  static FrameType of(int code) {
    return BY_CODE[code & 0xff];
  }
}
