INVOCATION void invocation(
    const float *restrict a, const float *restrict b, float *restrict c, unsigned n, unsigned i) {
  if (i < n) {
    c[i] = a[i] + b[i];
  }
}

void kernel(const float *restrict a, const float *restrict b, float *restrict c, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    invocation(a, b, c, n, i);
  }
}
