// ./zl run examples/vecadd.comp --grid 313 --bind 0=iota:f32:20000 --bind 1=random:f32:20000:1 --bind 2=zeros:f32:20000 --push u32:20000 --print 2:8
#version 450
layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer A { float a[]; };
layout(binding = 1) readonly buffer B { float b[]; };
layout(binding = 2) writeonly buffer C { float c[]; };
layout(push_constant) uniform Push {
  uint n;
};

void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < n) {
    c[i] = a[i] + b[i];
  }
}
