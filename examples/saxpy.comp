// ./zl run examples/saxpy.comp --grid 16 --bind 0=iota:f32:1024 --bind 1=random:f32:1024:7 --push f32:2,u32:1024 --print 1:8
#version 450
layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer X { float x[]; };
layout(binding = 1) buffer Y { float y[]; };
layout(push_constant) uniform Push {
  float a;
  uint n;
};

void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < n) {
    y[i] = a * x[i] + y[i];
  }
}
