// ./zl run examples/sgemm_tiled.comp --grid 10,10 --bind 0=random:f32:1600:1 --bind 1=random:f32:1600:2 --bind 2=zeros:f32:1600 --push u32:40 --print 2:8
// C = A B for square row-major matrices whose side is a multiple of TILE: a workgroup works on one
// tile of C and stages tiles of A and B in shared memory. TILE squared must not exceed the lanes of
// one core: -D TILE=8 suits the default device, TILE=4 the smallest.
#version 450
#ifndef TILE
#define TILE 4
#endif
layout(local_size_x = TILE, local_size_y = TILE) in;

layout(binding = 0) readonly buffer A { float a[]; };
layout(binding = 1) readonly buffer B { float b[]; };
layout(binding = 2) writeonly buffer C { float c[]; };
layout(push_constant) uniform Push {
  uint n;
};

shared float tileA[TILE][TILE];
shared float tileB[TILE][TILE];

void main() {
  uint x = gl_LocalInvocationID.x;
  uint y = gl_LocalInvocationID.y;
  uint column = gl_GlobalInvocationID.x;
  uint row = gl_GlobalInvocationID.y;
  float sum = 0.0;
  for (uint start = 0; start < n; start += TILE) {
    tileA[y][x] = a[row * n + start + x];
    tileB[y][x] = b[(start + y) * n + column];
    barrier();
    for (uint k = 0; k < TILE; k++) {
      sum += tileA[y][k] * tileB[k][x];
    }
    barrier();
  }
  c[row * n + column] = sum;
}
