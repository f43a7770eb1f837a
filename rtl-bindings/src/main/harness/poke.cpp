// Drives any design's library as a test bench does that sets inputs and looks at outputs in every
// cycle: what the same loop costs in Java is measured against this one.
//
//   poke CLOCK RESET CALLS CYCLES [z|i|o]PORT:BYTES:BITS...
//
// Ports with z are set to zero once. Each line of input is a round: after a reset, each of CALLS calls
// sets all inputs from a random number, runs CYCLES cycles and adds all outputs to a checksum. The
// answer is a line: checksum, nanoseconds.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "zl_dut.h"

namespace {

struct Port {
  uint8_t* storage;
  int bytes;
  uint64_t mask;

  void set(uint64_t value) const {
    value &= mask;
    switch (bytes) {
      case 1: *storage = static_cast<uint8_t>(value); break;
      case 2: *reinterpret_cast<uint16_t*>(storage) = static_cast<uint16_t>(value); break;
      case 4: *reinterpret_cast<uint32_t*>(storage) = static_cast<uint32_t>(value); break;
      default: *reinterpret_cast<uint64_t*>(storage) = value;
    }
  }

  uint64_t get() const {
    switch (bytes) {
      case 1: return *storage;
      case 2: return *reinterpret_cast<uint16_t*>(storage);
      case 4: return *reinterpret_cast<uint32_t*>(storage);
      default: return *reinterpret_cast<uint64_t*>(storage);
    }
  }
};

}  // namespace

int main(int count, char** text) {
  zl_dut* dut = zl_dut_create(0);
  if (count < 5 || dut == nullptr) {
    return 2;
  }
  uint32_t clock = std::strtoul(text[1], nullptr, 10);
  auto* reset = static_cast<uint8_t*>(zl_dut_port(dut, std::strtoul(text[2], nullptr, 10)));
  uint64_t calls = std::strtoull(text[3], nullptr, 10);
  uint64_t cycles = std::strtoull(text[4], nullptr, 10);
  std::vector<Port> inputs, outputs;
  for (int i = 5; i < count; i++) {
    char* rest;
    uint32_t number = std::strtoul(text[i] + 1, &rest, 10);
    int bytes = std::strtol(rest + 1, &rest, 10);
    int bits = std::strtol(rest + 1, &rest, 10);
    uint64_t mask = bits == 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
    Port port{static_cast<uint8_t*>(zl_dut_port(dut, number)), bytes, mask};
    if (text[i][0] == 'z') {
      std::memset(port.storage, 0, bytes);
      continue;
    }
    (text[i][0] == 'i' ? inputs : outputs).push_back(port);
  }
  while (std::getchar() != EOF) {
    for (const Port& port : inputs) {
      port.set(0);
    }
    *reset = 0;
    zl_dut_step(dut, clock, 64);
    *reset = 1;
    uint64_t random = 1;
    uint64_t sum = 0;
    auto start = std::chrono::steady_clock::now();
    for (uint64_t call = 0; call < calls; call++) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      int shift = 5;
      for (const Port& port : inputs) {
        port.set(random >> shift);
        shift += 7;
      }
      zl_dut_step(dut, clock, cycles);
      for (const Port& port : outputs) {
        sum = sum * 31 + port.get();
      }
    }
    auto end = std::chrono::steady_clock::now();
    std::printf("%llu %lld\n", static_cast<unsigned long long>(sum),
        static_cast<long long>(
            std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count()));
    std::fflush(stdout);
  }
  zl_dut_destroy(dut);
  return 0;
}
