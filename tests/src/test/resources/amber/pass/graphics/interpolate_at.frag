#version 450
layout(location = 0) in vec2 spot;
layout(location = 0) out vec4 colour;
void main() {
  vec2 off = interpolateAtOffset(spot, vec2(0.25, -0.25));
  colour = vec4(interpolateAtCentroid(spot).x, interpolateAtSample(spot, 0).y, off);
}
