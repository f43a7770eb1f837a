// ./zl run examples/conv3x3.comp --grid 9,9 --bind 0=random:f32:5476:1 --bind 1=random:f32:9:2 --bind 2=zeros:f32:5184 --push u32:72 --print 2:8
// 3x3 convolution; the input has a border of one element on each side, so that it is (n + 2) wide.
#version 450
layout(local_size_x = 8, local_size_y = 8) in;

layout(binding = 0) readonly buffer Source { float source[]; };
layout(binding = 1) readonly buffer Weights { float weights[9]; };
layout(binding = 2) writeonly buffer Target { float target[]; };
layout(push_constant) uniform Push {
  uint n;
};

void main() {
  uint x = gl_GlobalInvocationID.x;
  uint y = gl_GlobalInvocationID.y;
  if (x < n && y < n) {
    float sum = 0.0;
    for (uint j = 0; j < 3; j++) {
      for (uint i = 0; i < 3; i++) {
        sum += weights[j * 3 + i] * source[(y + j) * (n + 2) + x + i];
      }
    }
    target[y * n + x] = sum;
  }
}
