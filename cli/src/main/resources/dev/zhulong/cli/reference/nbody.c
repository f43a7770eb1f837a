struct vector {
  float x, y, z, w;
};

INVOCATION void invocation(
    const struct vector *restrict bodies,
    struct vector *restrict velocities,
    unsigned n,
    float dt,
    unsigned i) {
  if (i >= n) {
    return;
  }
  struct vector mine = bodies[i];
  float ax = 0, ay = 0, az = 0;
  for (unsigned j = 0; j < n; j++) {
    struct vector other = bodies[j];
    float dx = other.x - mine.x;
    float dy = other.y - mine.y;
    float dz = other.z - mine.z;
    float r2 = dx * dx + dy * dy + dz * dz + 0.01f;
    float pull = other.w / (r2 * __builtin_sqrtf(r2));
    ax += dx * pull;
    ay += dy * pull;
    az += dz * pull;
  }
  velocities[i].x += ax * dt;
  velocities[i].y += ay * dt;
  velocities[i].z += az * dt;
}

void kernel(
    const struct vector *restrict bodies, struct vector *restrict velocities, unsigned n, float dt) {
  for (unsigned i = 0; i < n; i++) {
    invocation(bodies, velocities, n, dt, i);
  }
}
