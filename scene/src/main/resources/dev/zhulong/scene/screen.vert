#version 450
// One triangle over the whole viewport.
layout(location = 0) out vec2 spot;
void main() {
  spot = vec2(gl_VertexIndex == 1 ? 3.0 : -1.0, gl_VertexIndex == 2 ? 3.0 : -1.0);
  gl_Position = vec4(spot, 1.0, 1.0);
}
