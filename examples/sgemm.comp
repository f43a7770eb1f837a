// ./zl run examples/sgemm.comp --grid 5,5 --bind 0=random:f32:1600:1 --bind 1=random:f32:1600:2 --bind 2=zeros:f32:1600 --push u32:40 --print 2:8
// C = A B for square row-major matrices: one dot product an invocation.
#version 450
layout(local_size_x = 8, local_size_y = 8) in;

layout(binding = 0) readonly buffer A { float a[]; };
layout(binding = 1) readonly buffer B { float b[]; };
layout(binding = 2) writeonly buffer C { float c[]; };
layout(push_constant) uniform Push {
  uint n;
};

void main() {
  uint column = gl_GlobalInvocationID.x;
  uint row = gl_GlobalInvocationID.y;
  if (row < n && column < n) {
    float sum = 0.0;
    for (uint k = 0; k < n; k++) {
      sum += a[row * n + k] * b[k * n + column];
    }
    c[row * n + column] = sum;
  }
}
