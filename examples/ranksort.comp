// ./zl run examples/ranksort.comp --grid 4 --bind 0=random:i32:256:1 --bind 1=zeros:i32:256 --push u32:256 --print 1:16
// Each element counts the smaller ones (and the equal ones before it) and so knows its place.
#version 450
layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer Source { int source[]; };
layout(binding = 1) writeonly buffer Target { int target[]; };
layout(push_constant) uniform Push {
  uint n;
};

void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < n) {
    int mine = source[i];
    uint rank = 0;
    for (uint j = 0; j < n; j++) {
      int other = source[j];
      if (other < mine || (other == mine && j < i)) {
        rank++;
      }
    }
    target[rank] = mine;
  }
}
