package dev.zhulong.hal;

/** A hardware thread: a lane of a warp of a core, each counted from 0. */
public record Hart(int core, int warp, int lane) {
  @Override
  public String toString() {
    return "core " + core + " warp " + warp + " lane " + lane;
  }
}
