#version 460
// A picture in relief: the difference of each pixel's neighbours, sampled half a texel away so that the
// linear filter averages two of them.
layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D picture;
layout(binding = 1, rgba8) writeonly uniform image2D relief;

void main() {
  ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
  vec2 texel = 1.0 / vec2(textureSize(picture, 0));
  vec2 centre = (vec2(pixel) + 0.5) * texel;
  vec3 before = textureLod(picture, centre - 1.5 * texel, 0.0).rgb;
  vec3 after = textureLod(picture, centre + 1.5 * texel, 0.0).rgb;
  float height = dot(after - before, vec3(0.299, 0.587, 0.114));
  imageStore(relief, pixel, vec4(vec3(0.5 + height), 1.0));
}
