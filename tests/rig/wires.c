/*
 * What a PCI function costs a C program, for comparison: each function does what the Java program
 * beside it does, on the same maps and the same event descriptor, and gives nanoseconds.
 */
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int64_t wires_reads(volatile uint32_t *bar, int64_t offset, int32_t count, uint32_t expected) {
  int64_t start = now();
  for (int32_t i = 0; i < count; i++) {
    if (bar[offset / 4] != expected) {
      return -1;
    }
  }
  return now() - start;
}

/* The last write has arrived when a read has an answer. */
int64_t wires_writes(volatile uint32_t *bar, int64_t offset, int32_t count) {
  int64_t start = now();
  for (int32_t i = 0; i < count; i++) {
    bar[offset / 4] = (uint32_t)i;
  }
  (void)bar[offset / 4];
  return now() - start;
}

/* Rings, waits for the event, and acknowledges; value counts up where step is 1. */
int64_t wires_interrupts(volatile uint32_t *bar, int64_t raise, uint32_t value, uint32_t step,
                         int64_t acknowledge, uint32_t bits, int event, int32_t count) {
  int64_t start = now();
  for (int32_t i = 0; i < count; i++) {
    bar[raise / 4] = value;
    value += step;
    uint64_t events;
    if (read(event, &events, sizeof events) != sizeof events) {
      struct pollfd file = {event, POLLIN, 0};
      if (poll(&file, 1, 10000) != 1 || read(event, &events, sizeof events) != sizeof events) {
        return -1;
      }
    }
    bar[acknowledge / 4] = bits;
  }
  return now() - start;
}

int64_t wires_copies(void *target, const void *source, int64_t bytes, int32_t count) {
  int64_t start = now();
  for (int32_t i = 0; i < count; i++) {
    memcpy(target, source, (size_t)bytes);
  }
  return now() - start;
}
