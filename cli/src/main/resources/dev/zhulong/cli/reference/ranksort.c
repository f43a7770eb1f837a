void kernel(const int *restrict source, int *restrict target, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
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
