// ./zl run examples/bitonic.comp --grid 4 --bind 0=random:u32:1024:3 --print 0:16
// Each workgroup sorts its own COUNT words in shared memory by a bitonic network.
#version 450
#define GROUP 16
#define COUNT 256
layout(local_size_x = GROUP) in;

layout(binding = 0) buffer Data { uint data[]; };

shared uint items[COUNT];

void main() {
  uint me = gl_LocalInvocationID.x;
  uint base = gl_WorkGroupID.x * COUNT;
  for (uint i = me; i < COUNT; i += GROUP) {
    items[i] = data[base + i];
  }
  barrier();
  for (uint size = 2; size <= COUNT; size *= 2) {
    for (uint stride = size / 2; stride > 0; stride /= 2) {
      for (uint pair = me; pair < COUNT / 2; pair += GROUP) {
        uint low = 2 * pair - (pair & (stride - 1));
        uint high = low + stride;
        bool ascending = (low & size) == 0;
        uint a = items[low];
        uint b = items[high];
        if ((a > b) == ascending) {
          items[low] = b;
          items[high] = a;
        }
      }
      barrier();
    }
  }
  for (uint i = me; i < COUNT; i += GROUP) {
    data[base + i] = items[i];
  }
}
