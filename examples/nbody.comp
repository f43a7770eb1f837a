// ./zl run examples/nbody.comp --grid 4 --bind 0=random:f32:1024:1 --bind 1=zeros:f32:1024 --push u32:256,f32:0.01 --print 1:8
// One step of gravity between all bodies: position in xyz, mass in w; the velocity comes out.
#version 450
layout(local_size_x = 64) in;

layout(binding = 0) readonly buffer Bodies { vec4 bodies[]; };
layout(binding = 1) buffer Velocities { vec4 velocities[]; };
layout(push_constant) uniform Push {
  uint n;
  float dt;
};

void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i >= n) {
    return;
  }
  vec3 mine = bodies[i].xyz;
  vec3 acceleration = vec3(0.0);
  for (uint j = 0; j < n; j++) {
    vec4 other = bodies[j];
    vec3 d = other.xyz - mine;
    float r2 = dot(d, d) + 0.01;
    acceleration += d * (other.w / (r2 * sqrt(r2)));
  }
  velocities[i].xyz += acceleration * dt;
}
