// What all shaders of a frame share.
struct Light {
  vec4 position;   // w: the range, or 0
  vec4 direction;  // where it shines from; w: cosine of a spot's inner angle
  vec4 color;      // w: 0 from far away, 1 a point, 2 a spot
  vec4 cone;       // x: cosine of a spot's outer angle
};
layout(std140, set = 0, binding = 0) uniform Frame {
  mat4 clip;        // from the scene to the viewport
  mat4 unclip;      // and back
  mat4 shadow;      // from the scene to the shadow map
  vec4 eye;         // w: exposure
  vec4 sun;         // where the first light comes from; w: width of the shadow's soft edge, or 0
  vec4 sunColor;    // w: number of lights
  vec4 zenith;      // w: a shadow map texel's size in the scene
  vec4 horizon;
  vec4 ground;
  Light lights[8];
} frame;

// The sky in a direction, blurred as a surface of that roughness reflects it.
vec3 sky(vec3 direction, float roughness) {
  float soft = 0.02 + 0.9 * roughness;
  float above = smoothstep(-soft, soft, direction.y);
  float height = mix(sqrt(max(direction.y, 0.0)), 0.6, roughness * 0.6);
  return mix(frame.ground.rgb, mix(frame.horizon.rgb, frame.zenith.rgb, height), above);
}
