static int clamp(int x, int low, int high) {
  return x < low ? low : x > high ? high : x;
}

INVOCATION void invocation(
    const float *restrict source, float *restrict target, int n, int x, int y, int z) {
  if (x < n && y < n && z < n) {
    float sum = 0;
    for (int dz = -1; dz <= 1; dz++) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int qx = clamp(x + dx, 0, n - 1);
          int qy = clamp(y + dy, 0, n - 1);
          int qz = clamp(z + dz, 0, n - 1);
          sum += source[(qz * n + qy) * n + qx];
        }
      }
    }
    target[(z * n + y) * n + x] = sum / 27;
  }
}

void kernel(const float *restrict source, float *restrict target, int n) {
  for (int z = 0; z < n; z++) {
    for (int y = 0; y < n; y++) {
      for (int x = 0; x < n; x++) {
        invocation(source, target, n, x, y, z);
      }
    }
  }
}
