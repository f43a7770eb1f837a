#version 450
#include "frame.glsl"
// Light to colours: exposure and a curve that never reaches white at once; averages what was drawn
// SAMPLES times as large.
layout(location = 0) in vec2 spot;
layout(set = 0, binding = 3) uniform sampler2D picture;
layout(location = 0) out vec4 pixel;

vec3 tone(vec3 light) {
  return 1.0 - exp(-1.25 * min(light * frame.eye.w, vec3(100.0)));
}

void main() {
  ivec2 first = ivec2(gl_FragCoord.xy) * SAMPLES;
  vec3 sum = vec3(0.0);
  for (int y = 0; y < SAMPLES; y++) {
    for (int x = 0; x < SAMPLES; x++) {
      sum += tone(texelFetch(picture, first + ivec2(x, y), 0).rgb);
    }
  }
  pixel = vec4(sum / float(SAMPLES * SAMPLES), 1.0);
}
