// Drives any design's library as a test bench does that sets inputs and looks at outputs in every
// cycle: what the same loop costs in Java is measured against this one. poke_ports.h has the ports.
//
//   poke CLOCK RESET CALLS CYCLES [PORT:BYTES]...
//
// The ports are set to zero once. Each line of input is a round: after a reset, each of CALLS calls sets
// inputs from a random number, runs CYCLES cycles and adds outputs to a checksum. The answer is a line:
// checksum, nanoseconds.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "zl_dut.h"

#include "poke_ports.h"

int main(int count, char** text) {
  zl_dut* dut = zl_dut_create(0);
  if (count < 5 || dut == nullptr) {
    return 2;
  }
  uint32_t clock = std::strtoul(text[1], nullptr, 10);
  auto* reset = static_cast<uint8_t*>(zl_dut_port(dut, std::strtoul(text[2], nullptr, 10)));
  uint64_t calls = std::strtoull(text[3], nullptr, 10);
  uint64_t cycles = std::strtoull(text[4], nullptr, 10);
  for (int i = 5; i < count; i++) {
    char* rest;
    uint32_t number = std::strtoul(text[i], &rest, 10);
    std::memset(zl_dut_port(dut, number), 0, std::strtoul(rest + 1, nullptr, 10));
  }
  bind_ports(dut);
  while (std::getchar() != EOF) {
    set_inputs(0);
    *reset = 0;
    zl_dut_step(dut, clock, 64);
    *reset = 1;
    uint64_t random = 1;
    uint64_t sum = 0;
    auto start = std::chrono::steady_clock::now();
    for (uint64_t call = 0; call < calls; call++) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      set_inputs(random);
      zl_dut_step(dut, clock, cycles);
      sum = add_outputs(sum);
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
