#version 450
#include "frame.glsl"
#include "draw.glsl"
layout(location = 0) in vec3 place;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 color;
#ifdef NORMAL_MAP
layout(location = 4) in vec4 tangent;
layout(set = 0, binding = 6) uniform sampler2D normalMap;
#endif
#ifdef TEXTURED
layout(location = 3) in vec4 coordinates;
#include "coordinates.glsl"
#endif
#ifdef SHADOWED
layout(set = 0, binding = 3) uniform sampler2DShadow shadowMap;
#endif
#ifdef BASE_COLOR_MAP
layout(set = 0, binding = 4) uniform sampler2D baseColorMap;
#endif
#ifdef METALLIC_ROUGHNESS_MAP
layout(set = 0, binding = 5) uniform sampler2D metallicRoughnessMap;
#endif
#ifdef OCCLUSION_MAP
layout(set = 0, binding = 7) uniform sampler2D occlusionMap;
#endif
#ifdef EMISSIVE_MAP
layout(set = 0, binding = 8) uniform sampler2D emissiveMap;
#endif
layout(location = 0) out vec4 pixel;

const float PI = 3.14159265;

#ifdef SHADOWED
// Four filtered comparisons around the place, which is moved off the surface against acne.
float sunlight(vec3 n) {
  float slope = 1.0 - max(dot(n, frame.sun.xyz), 0.0);
  vec4 at = frame.shadow * vec4(place + n * frame.zenith.w * (0.7 + 2.0 * slope), 1.0);
  vec3 spot = vec3(at.xy * 0.5 + 0.5, at.z);
  float step = frame.sun.w;
  float lit = 0.0;
  for (int corner = 0; corner < 4; corner++) {
    vec2 off = vec2((corner & 1) == 0 ? -step : step, corner < 2 ? -step : step);
    lit += texture(shadowMap, vec3(spot.xy + off, spot.z));
  }
  return lit * 0.25;
}
#endif

void main() {
  vec4 base = draw.baseColor * color;
#ifdef BASE_COLOR_MAP
  base *= texture(baseColorMap, spot(0));
#endif
#ifdef MASKED
  if (base.a < draw.emissive.w) {
    discard;
  }
#endif
#ifndef BLENDED
  base.a = 1.0;
#endif
#ifdef UNLIT
  // What the curve of the last pass gives back as it was.
  pixel = vec4(-log(1.0 - min(base.rgb, vec3(0.9999))) / (1.25 * frame.eye.w), base.a);
#else
  vec3 n = normalize(normal);
#ifdef NORMAL_MAP
  vec3 t = normalize(tangent.xyz - n * dot(n, tangent.xyz));
  vec3 b = cross(n, t) * tangent.w;
  vec3 bump = texture(normalMap, spot(2)).xyz * 2.0 - 1.0;
  bump.xy *= draw.factors.z;
  n = normalize(t * bump.x + b * bump.y + n * bump.z);
#endif
#ifdef DOUBLE_SIDED
  n = gl_FrontFacing ? n : -n;
#endif
  float metal = draw.factors.x;
  float roughness = draw.factors.y;
#ifdef METALLIC_ROUGHNESS_MAP
  vec4 both = texture(metallicRoughnessMap, spot(1));
  roughness *= both.g;
  metal *= both.b;
#endif
  roughness = clamp(roughness, 0.06, 1.0);
  float open = 1.0;
#ifdef OCCLUSION_MAP
  open = mix(1.0, texture(occlusionMap, spot(3)).r, draw.factors.w);
#endif
  vec3 toEye = normalize(frame.eye.xyz - place);
  float seen = max(dot(n, toEye), 1e-3);
  vec3 diffuse = base.rgb * (1.0 - metal);
  vec3 mirror = mix(vec3(0.04), base.rgb, metal);
  float a = roughness * roughness;
  float a2 = a * a;

  // The sky lights from all sides.
  vec3 grazing = max(vec3(1.0 - roughness), mirror);
  float rim = pow(1.0 - seen, 5.0);
  vec3 fresnel = mirror + (grazing - mirror) * rim;
  vec3 bounced = reflect(-toEye, n);
  vec3 sum = open * (diffuse * (1.0 - fresnel) * sky(n, 1.0) + fresnel * sky(bounced, roughness));

  int lights = int(frame.sunColor.w);
  for (int l = 0; l < lights; l++) {
    vec3 light = frame.lights[l].direction.xyz;
    vec3 radiance = frame.lights[l].color.rgb;
    if (frame.lights[l].color.w > 0.5) {
      vec3 away = frame.lights[l].position.xyz - place;
      float distance = max(length(away), 1e-4);
      light = away / distance;
      radiance /= distance * distance;
      float range = frame.lights[l].position.w;
      if (range > 0.0) {
        float part = distance / range;
        float window = clamp(1.0 - part * part * part * part, 0.0, 1.0);
        radiance *= window;
      }
      if (frame.lights[l].color.w > 1.5) {
        float inner = frame.lights[l].direction.w;
        float outer = frame.lights[l].cone.x;
        float angle = dot(light, frame.lights[l].direction.xyz);
        float within = clamp((angle - outer) / max(inner - outer, 1e-3), 0.0, 1.0);
        radiance *= within * within;
      }
    }
    float facing = dot(n, light);
    if (facing > 0.0) {
#ifdef SHADOWED
      if (l == 0) {
        radiance *= sunlight(n);
      }
#endif
      vec3 halfway = normalize(light + toEye);
      float nh = max(dot(n, halfway), 0.0);
      float d = nh * nh * (a2 - 1.0) + 1.0;
      float peak = a2 / (PI * d * d);
      float visible = 0.5 / mix(2.0 * facing * seen, facing + seen, a);
      float edge = pow(1.0 - max(dot(toEye, halfway), 0.0), 5.0);
      vec3 f = mirror + (1.0 - mirror) * edge;
      sum += (diffuse * (1.0 - f) / PI + f * peak * visible) * radiance * facing;
    }
  }
  vec3 own = draw.emissive.rgb;
#ifdef EMISSIVE_MAP
  own *= texture(emissiveMap, spot(4)).rgb;
#endif
  pixel = vec4(sum + own, base.a);
#endif
}
