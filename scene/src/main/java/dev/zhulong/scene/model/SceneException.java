package dev.zhulong.scene.model;

/** A scene's file is wrong, or asks for what there is not; the message says where and what. */
public final class SceneException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With the place and the value. */
  public SceneException(String message) {
    super(message);
  }

  /** The same with what found it. */
  public SceneException(String message, Throwable cause) {
    super(message, cause);
  }
}
