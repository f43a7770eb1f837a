package dev.zhulong.scene.model;

import java.util.List;

/**
 * What a file holds. Nodes come behind the one that they hang on.
 *
 * @param nodes all places
 * @param meshes what is seen
 * @param skins what meshes hang on
 * @param lights lights
 * @param lenses cameras
 * @param channels the first animation, or nothing
 */
public record Scene(
    List<Node> nodes,
    List<Mesh> meshes,
    List<Skin> skins,
    List<Light> lights,
    List<Lens> lenses,
    List<Channel> channels) {
  /** Copies the lists. */
  public Scene {
    nodes = List.copyOf(nodes);
    meshes = List.copyOf(meshes);
    skins = List.copyOf(skins);
    lights = List.copyOf(lights);
    lenses = List.copyOf(lenses);
    channels = List.copyOf(channels);
  }

  /** Seconds that the animation takes. */
  public float duration() {
    float end = 0;
    for (Channel channel : channels) {
      end = Math.max(end, channel.times()[channel.times().length - 1]);
    }
    return end;
  }

  /** Where everything is at a time. */
  public Pose pose(float time) {
    return Pose.of(this, time);
  }
}
