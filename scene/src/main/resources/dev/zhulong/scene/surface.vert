#version 450
#include "frame.glsl"
#include "draw.glsl"
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 tangent;
layout(location = 3) in vec4 coordinates;
layout(location = 4) in vec4 color;
#ifdef SKINNED
layout(location = 5) in vec4 joints;
layout(location = 6) in vec4 weights;
layout(std430, set = 0, binding = 2) readonly buffer Joints { mat4 matrices[]; } skin;
#endif
#ifndef DEPTH_ONLY
layout(location = 0) out vec3 placeOut;
layout(location = 1) out vec3 normalOut;
layout(location = 2) out vec4 colorOut;
#ifdef NORMAL_MAP
layout(location = 4) out vec4 tangentOut;
#endif
#endif
#ifdef TEXTURED
layout(location = 3) out vec4 coordinatesOut;
#endif

void main() {
#ifdef SKINNED
  mat4 model = skin.matrices[int(joints.x)] * weights.x + skin.matrices[int(joints.y)] * weights.y
      + skin.matrices[int(joints.z)] * weights.z + skin.matrices[int(joints.w)] * weights.w;
  mat3 turn = mat3(model);
#else
  mat4 model = draw.model;
  mat3 turn = mat3(draw.normals);
#endif
  vec4 place = model * vec4(position, 1.0);
#ifdef DEPTH_ONLY
  gl_Position = frame.shadow * vec4(place.xyz, 1.0);
#else
  gl_Position = frame.clip * vec4(place.xyz, 1.0);
  placeOut = place.xyz;
  normalOut = turn * normal;
  colorOut = color;
#ifdef NORMAL_MAP
  tangentOut = vec4(mat3(model) * tangent.xyz, tangent.w);
#endif
#endif
#ifdef TEXTURED
  coordinatesOut = coordinates;
#endif
#ifdef POINTS
  gl_PointSize = POINTS;
#endif
}
