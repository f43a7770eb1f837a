INVOCATION void invocation(
    const float *restrict a,
    const float *restrict b,
    float *restrict c,
    unsigned n,
    unsigned row,
    unsigned column) {
  if (row < n && column < n) {
    float sum = 0;
    for (unsigned k = 0; k < n; k++) {
      sum += a[row * n + k] * b[k * n + column];
    }
    c[row * n + column] = sum;
  }
}

void kernel(const float *restrict a, const float *restrict b, float *restrict c, unsigned n) {
  for (unsigned row = 0; row < n; row++) {
    for (unsigned column = 0; column < n; column++) {
      invocation(a, b, c, n, row, column);
    }
  }
}
