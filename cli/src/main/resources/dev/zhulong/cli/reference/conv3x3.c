INVOCATION void invocation(
    const float *restrict source,
    const float *restrict weights,
    float *restrict target,
    unsigned n,
    unsigned x,
    unsigned y) {
  if (x < n && y < n) {
    float sum = 0;
    for (unsigned j = 0; j < 3; j++) {
      for (unsigned i = 0; i < 3; i++) {
        sum += weights[j * 3 + i] * source[(y + j) * (n + 2) + x + i];
      }
    }
    target[y * n + x] = sum;
  }
}

void kernel(
    const float *restrict source, const float *restrict weights, float *restrict target, unsigned n) {
  for (unsigned y = 0; y < n; y++) {
    for (unsigned x = 0; x < n; x++) {
      invocation(source, weights, target, n, x, y);
    }
  }
}
