void kernel(const float *restrict a, const float *restrict b, float *restrict c, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    c[i] = a[i] + b[i];
  }
}
