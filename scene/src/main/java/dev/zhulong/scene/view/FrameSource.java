package dev.zhulong.scene.view;

import dev.zhulong.scene.Frame;

/** What draws the frames that are shown. */
@FunctionalInterface
public interface FrameSource {
  /**
   * Draws a frame.
   *
   * @param seconds time of the show
   * @param mouse where the mouse is while its button is down, and where it went down: four numbers
   */
  Frame draw(float seconds, float[] mouse);
}
