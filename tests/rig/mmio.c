/* What a register of a PCI function costs a C program: mmio RESOURCE; prints microseconds. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

enum { READS = 20000, ROUNDS = 5 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int count, char **text) {
  int file = count == 2 ? open(text[1], O_RDWR | O_SYNC) : -1;
  void *bar = file < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (bar == MAP_FAILED) {
    printf("RIG c failed\n");
    return 1;
  }
  volatile uint32_t *registers = bar;
  double best = 1e9;
  uint32_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int i = 0; i < READS; i++) {
      sum += registers[0];
    }
    double time = (now() - start) / READS;
    best = time < best ? time : best;
  }
  printf("RIG c read32 %.3f us (%08x)\n", best, sum);
  return 0;
}
