// zl view examples/graphics/show.frag --size 320x180
// Balls that melt into each other above a mirror, found by marching along the view.
float field(vec3 p) {
  float sum = 1e9;
  for (int n = 0; n < 4; n++) {
    float t = iTime * (0.6 + 0.17 * float(n)) + 1.7 * float(n);
    vec3 at = vec3(1.3 * cos(t), 0.35 + 0.5 * sin(1.3 * t), 0.9 * sin(t + float(n)));
    float d = length(p - at) - 0.55;
    float h = clamp(0.5 + (d - sum) / 0.8, 0.0, 1.0);
    sum = mix(d, sum, h) - 0.4 * h * (1.0 - h);
  }
  return min(sum, p.y + 0.8);
}

vec3 sky(vec3 d) {
  return mix(vec3(0.95, 0.75, 0.55), vec3(0.15, 0.3, 0.65), sqrt(clamp(d.y, 0.0, 1.0)));
}

float march(vec3 from, vec3 d) {
  float along = 0.0;
  for (int step = 0; step < 56; step++) {
    float free = field(from + d * along);
    if (free < 0.002 || along > 14.0) break;
    along += free;
  }
  return along;
}

vec3 normal(vec3 p) {
  vec2 e = vec2(0.004, -0.004);
  return normalize(e.xyy * field(p + e.xyy) + e.yyx * field(p + e.yyx)
      + e.yxy * field(p + e.yxy) + e.xxx * field(p + e.xxx));
}

vec3 paint(vec3 p, vec3 n) {
  if (p.y > -0.79) return 0.5 + 0.4 * cos(vec3(0.0, 2.0, 4.0) + 2.0 * p.x + p.z + iTime);
  vec2 tile = floor(p.xz * 1.2);
  return mod(tile.x + tile.y, 2.0) < 0.5 ? vec3(0.15) : vec3(0.6);
}

void mainImage(out vec4 color, in vec2 place) {
  vec2 at = (2.0 * place - iResolution.xy) / iResolution.y;
  float turn = iMouse.z > 0.0 ? 6.28 * iMouse.x / iResolution.x : 0.2 * iTime;
  mat3 view = mat3(cos(turn), 0.0, -sin(turn), 0.0, 1.0, 0.0, sin(turn), 0.0, cos(turn));
  vec3 from = view * vec3(0.0, 0.7, 4.6);
  vec3 d = view * normalize(vec3(at, -2.0) + vec3(0.0, -0.22, 0.0));
  vec3 sun = normalize(vec3(0.5, 0.7, 0.4));
  vec3 sum = vec3(0.0);
  float part = 1.0;
  for (int bounce = 0; bounce < 2; bounce++) {
    float along = march(from, d);
    if (along > 14.0) {
      sum += part * sky(d);
      break;
    }
    vec3 p = from + d * along;
    vec3 n = normal(p);
    float lit = max(dot(n, sun), 0.0);
    if (march(p + 0.02 * n, sun) < 14.0) lit = 0.0;
    float mirror = 0.15 + 0.5 * pow(1.0 - max(dot(n, -d), 0.0), 4.0);
    sum += part * (1.0 - mirror) * paint(p, n) * (0.3 * sky(n) + lit * vec3(1.0, 0.9, 0.75));
    part *= mirror;
    from = p + 0.02 * n;
    d = reflect(d, n);
  }
  color = vec4(pow(sum, vec3(1.0 / 2.2)), 1.0);
}
