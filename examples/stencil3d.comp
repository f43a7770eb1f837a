// ./zl run examples/stencil3d.comp --grid 3,3,3 --bind 0=random:f32:1728:1 --bind 1=zeros:f32:1728 --push i32:12 --print 1:8
// Mean of the 27 neighbours in a cube of side n, clamped at the borders.
#version 450
layout(local_size_x = 4, local_size_y = 4, local_size_z = 4) in;

layout(binding = 0) readonly buffer Source { float source[]; };
layout(binding = 1) writeonly buffer Target { float target[]; };
layout(push_constant) uniform Push {
  int n;
};

void main() {
  ivec3 p = ivec3(gl_GlobalInvocationID);
  if (p.x < n && p.y < n && p.z < n) {
    float sum = 0.0;
    for (int dz = -1; dz <= 1; dz++) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          ivec3 q = clamp(p + ivec3(dx, dy, dz), ivec3(0), ivec3(n - 1));
          sum += source[(q.z * n + q.y) * n + q.x];
        }
      }
    }
    target[(p.z * n + p.y) * n + p.x] = sum / 27.0;
  }
}
