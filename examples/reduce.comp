// ./zl run examples/reduce.comp --grid 8 --bind 0=iota:u32:4096 --bind 1=zeros:u32:8 --push u32:4096 --print 1
// Sums n words: each workgroup strides over its share and leaves one partial sum.
#version 450
#define GROUP 16
layout(local_size_x = GROUP) in;

layout(binding = 0) readonly buffer Source { uint source[]; };
layout(binding = 1) writeonly buffer Partial { uint partial[]; };
layout(push_constant) uniform Push {
  uint n;
};

shared uint sums[GROUP];

void main() {
  uint me = gl_LocalInvocationID.x;
  uint sum = 0;
  for (uint i = gl_GlobalInvocationID.x; i < n; i += gl_NumWorkGroups.x * GROUP) {
    sum += source[i];
  }
  sums[me] = sum;
  barrier();
  for (uint span = GROUP / 2; span > 0; span /= 2) {
    if (me < span) {
      sums[me] += sums[me + span];
    }
    barrier();
  }
  if (me == 0) {
    partial[gl_WorkGroupID.x] = sums[0];
  }
}
