#version 450
#include "draw.glsl"
layout(location = 3) in vec4 coordinates;
layout(set = 0, binding = 4) uniform sampler2D baseColorMap;
#include "coordinates.glsl"

void main() {
  if (texture(baseColorMap, spot(0)).a * draw.baseColor.a < draw.emissive.w) {
    discard;
  }
}
