INVOCATION void invocation(
    const int *restrict source, int *restrict target, unsigned n, unsigned i) {
  if (i < n) {
    int mine = source[i];
    unsigned rank = 0;
    for (unsigned j = 0; j < n; j++) {
      int other = source[j];
      if (other < mine || (other == mine && j < i)) {
        rank++;
      }
    }
    target[rank] = mine;
  }
}

void kernel(const int *restrict source, int *restrict target, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    invocation(source, target, n, i);
  }
}
