#version 450
#include "frame.glsl"
layout(location = 0) in vec2 spot;
layout(location = 0) out vec4 pixel;
void main() {
  vec4 near = frame.unclip * vec4(spot, 0.0, 1.0);
  vec4 far = frame.unclip * vec4(spot, 1.0, 1.0);
  vec3 direction = normalize(far.xyz / far.w - near.xyz / near.w);
  float glow = max(dot(direction, frame.sun.xyz), 0.0);
  float disc = smoothstep(0.9995, 0.9998, glow) * 8.0 + pow(glow, 200.0) * 0.4;
  pixel = vec4(sky(direction, 0.0) + frame.sunColor.rgb * 0.3 * disc, 1.0);
}
