// What is one draw's own.
layout(std140, set = 0, binding = 1) uniform Draw {
  mat4 model;
  mat4 normals;
  vec4 baseColor;
  vec4 emissive;     // w: least alpha that is seen
  vec4 factors;      // metal, roughness, strength of the normal map, of the occlusion map
  vec4 texture[10];  // two a slot: rows of the coordinates' transform; w of the first: which ones
} draw;
