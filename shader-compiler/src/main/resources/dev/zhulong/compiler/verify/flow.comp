#version 460
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_shuffle : require
layout(local_size_x = 8) in;
layout(constant_id = 0) const int LIMIT = 9;
struct Part { vec3 place; mat3x2 turn; int kind[3]; };
layout(binding = 0, std430) buffer Parts { int count; Part parts[]; };
layout(binding = 1, std140) uniform Scene { mat4 view; vec4 lights[4]; } scene;
layout(push_constant) uniform Push { uint n; float scale; } push;
shared float held[64];
float shade(inout Part part, int depth) {
  float sum = 0.0;
  for (int i = 0; i < LIMIT; ++i) {
    if (part.kind[i % 3] == i) continue;
    for (int j = i; j > 0; j -= 2) {
      if (sum > 100.0) return sum;
      switch (part.kind[j % 3] & 7) {
        case 0: sum += 1.0; break;
        case 1: case 2: sum *= 0.5;
        case 5: if (j == depth) break; sum -= part.place[j % 3]; break;
        default: part.kind[0]++;
      }
    }
    do { sum += pow(abs(sum), 0.3); depth--; } while (depth > 0 && sum < 3.0);
  }
  return sum + dot(part.place, scene.lights[depth & 3].xyz);
}
void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i >= push.n) return;
  Part mine = parts[i];
  held[gl_LocalInvocationIndex] = shade(mine, count) * push.scale;
  barrier();
  float others = subgroupAdd(held[63 - gl_LocalInvocationIndex]);
  uvec4 above = subgroupBallot(others > 1.0);
  mine.place = (scene.view * vec4(mine.place, 1.0)).xyz + subgroupShuffle(others, i & 3);
  mine.turn = mine.turn * mat3(1.0) + mat3x2(mine.place.xy, mine.place.yz, vec2(subgroupBallotBitCount(above)));
  parts[i] = mine;
  atomicMax(count, mine.kind[i % 3]);
}
