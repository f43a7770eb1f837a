#version 460
#extension GL_EXT_nonuniform_qualifier : require
#extension GL_EXT_shader_image_load_formatted : require
#extension GL_EXT_samplerless_texture_functions : require
layout(local_size_x = 4, local_size_y = 2) in;
layout(binding = 0) uniform sampler2D pictures[3];
layout(binding = 1) uniform textureCubeArray sky;
layout(binding = 2) uniform sampler samplers[2];
layout(binding = 3, rgba8) uniform image2D target;
layout(binding = 4, r32ui) uniform uimageBuffer counters;
layout(binding = 5) uniform sampler2DShadow shadow;
layout(binding = 6) uniform image3D free;
layout(binding = 7) buffer Out { vec4 v[]; } outs[2];
void main() {
  uvec2 i = gl_GlobalInvocationID.xy;
  vec2 p = vec2(i) / vec2(textureSize(pictures[i.x % 3], 0));
  vec4 c = textureLod(pictures[nonuniformEXT(i.x % 3)], p, 1.5);
  c += textureGrad(pictures[1], p, vec2(0.1, 0.0), vec2(0.0, 0.2));
  c += textureLod(samplerCubeArray(sky, samplers[i.y & 1]), vec4(p, 1.0, 2.0), 0.0);
  c += textureGather(pictures[0], p, 2) * textureLod(shadow, vec3(p, 0.5), 0.0);
  c += texelFetch(pictures[2], ivec2(i), 1) + imageLoad(free, ivec3(i, 3));
  imageStore(target, ivec2(i), c);
  imageStore(free, ivec3(i, 1), c.wzyx);
  uint n = imageAtomicAdd(counters, int(i.x), 3u);
  outs[nonuniformEXT(i.y & 1)].v[n] = c + float(imageSize(target).x + textureQueryLevels(pictures[0]));
}
