vec2 spot(int slot) {
  vec4 first = draw.texture[2 * slot];
  vec4 second = draw.texture[2 * slot + 1];
  vec3 own = vec3(first.w > 0.5 ? coordinates.zw : coordinates.xy, 1.0);
  return vec2(dot(first.xyz, own), dot(second.xyz, own));
}
