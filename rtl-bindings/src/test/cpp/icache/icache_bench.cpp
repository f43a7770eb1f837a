// Unit bench of the instruction cache: random fetches of many warps against a memory with random
// latency; every answer's words, fault flag and warp are checked. Invalidation must show what
// memory holds then.
//
//   icache_bench [--seed N]
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "../lsu/memory_model.h"
#include "../lsu/wide.h"
#include "Vzl_icache.h"
#include "verilated.h"

namespace {

constexpr int WARPS = 8;

struct Bench {
  Vzl_icache top;
  MemoryModel memory;
  std::mt19937 random{1};
  std::map<int, uint32_t> open;  // pc by warp
  long cycle = 0;
  long hits = 0;
  long answers = 0;
  uint32_t region_base = 0;
  uint32_t region_size = 0;  // 0: no protection
  bool check_data = true;

  [[noreturn]] void fail(const std::string& what) {
    fprintf(stderr, "cycle %ld: %s\n", cycle, what.c_str());
    exit(1);
  }

  // Every word tells where it is, and when it was written.
  void fill(uint32_t line, uint32_t version) {
    for (uint32_t w = 0; w < 16; w++) {
      uint32_t v = (line << 6 | w << 2) ^ version * 0x9E3779B9u;
      memcpy(&memory.at(line)[4 * w], &v, 4);
    }
  }

  bool allowed(uint32_t pc) const {
    if (pc < 0x40 || pc >= 0xFFFF0000u) return false;
    if (!region_size) return true;
    uint32_t block = pc & ~15u;
    return block + 16 > region_base && block < region_base + region_size;
  }

  void set_region(uint32_t base, uint32_t size) {
    region_base = base;
    region_size = size;
    for (int r = 0; r < 16; r++) {
      set_word(top.region_base_i, r, r == 3 ? base : 0);
      set_word(top.region_size_i, r, r == 3 ? size : 0);
    }
    top.region_flags_i = size ? uint64_t(5) << 9 : 0;
  }

  void reset() {
    top.rst_ni = 0;
    top.req_valid_i = 0;
    top.mem_rsp_valid_i = 0;
    top.invalidate_i = 0;
    memory.operations.clear();
    open.clear();
    for (int i = 0; i < 2; i++) {
      top.clk_i = 0;
      top.eval();
      top.clk_i = 1;
      top.eval();
    }
    top.rst_ni = 1;
  }

  bool step(int warp, uint32_t pc, bool invalidate = false) {
    top.clk_i = 0;
    top.invalidate_i = invalidate;
    top.req_valid_i = warp >= 0;
    if (warp >= 0) {
      top.req_warp_i = warp;
      top.req_pc_i = pc;
    }
    top.mem_req_ready_i = int(random() % 100) >= memory.timing.stall_percent;
    memory.apply(cycle);
    int answer = memory.ready(cycle);
    top.mem_rsp_valid_i = answer >= 0;
    if (answer >= 0) {
      const auto& op = memory.operations[answer];
      top.mem_rsp_tag_i = op.tag;
      top.mem_rsp_error_i = op.line == memory.error_line;
      for (int w = 0; w < 16; w++) {
        uint32_t v;
        memcpy(&v, &op.data[4 * w], 4);
        top.mem_rsp_data_i[w] = v;
      }
    }
    top.eval();
    if (top.rsp_valid_o) {
      auto it = open.find(top.rsp_warp_o);
      if (it == open.end()) fail("answer that no warp waits for");
      uint32_t asked = it->second;
      if (top.rsp_pc_o != asked) fail("answer for another address");
      bool fault = !allowed(asked) || asked >> 6 == memory.error_line;
      if (top.rsp_fault_o != fault) fail("fault flag at " + std::to_string(asked));
      for (int w = 0; w < 4 && !fault && check_data; w++) {
        uint32_t v;
        memcpy(&v, &memory.at(asked >> 6)[(asked & 48) + 4 * w], 4);
        if (top.rsp_data_o[w] != v) fail("wrong word");
      }
      open.erase(it);
      answers++;
    }
    hits += top.perf_hit_o;
    bool accepted = warp >= 0 && top.req_ready_o;
    if (accepted) open[warp] = pc;
    if (top.mem_req_valid_o && top.mem_req_ready_i) {
      memory.accept(cycle, false, top.mem_req_line_o, top.mem_req_tag_o, nullptr, 0);
    }
    if (answer >= 0 && top.mem_rsp_ready_o) {
      memory.operations.erase(memory.operations.begin() + answer);
    }
    top.clk_i = 1;
    top.eval();
    cycle++;
    return accepted;
  }

  void drain() {
    for (int i = 0; top.pending_o || !open.empty(); i++) {
      if (i > 10000) fail("does not drain");
      step(-1, 0);
    }
  }

  uint32_t random_pc() {
    switch (random() % 8) {
      case 0: return (random() % 2 ? 0x3cu : 0xFFFF0000u) + 4 * (random() % 4);
      case 1: return 0x80000000u + 4 * (random() % 0x8000);
      default: return 0x80000000u + 4 * (random() % 0x200);
    }
  }

  void random_run(int cycles) {
    reset();
    step(-1, 0, true);
    for (int i = 0; i < cycles; i++) {
      int warp = int(random() % WARPS);
      if (open.count(warp) || random() % 4 == 0) {
        step(-1, 0);
      } else {
        step(warp, random_pc());
      }
    }
    drain();
  }
};

}  // namespace

int main(int argc, char** argv) {
  unsigned seed = 1;
  if (argc == 3 && std::string(argv[1]) == "--seed") seed = unsigned(atol(argv[2]));
  Bench bench;
  bench.random.seed(seed);
  for (uint32_t l = 0; l < 0x1000; l++) bench.fill((0x80000000u >> 6) + l, 0);
  bench.fill(1, 0);
  const MemoryModel::Timing timings[] = {{1, 0, 0}, {3, 60, 30}, {30, 0, 0}, {1, 3, 80}};
  for (const auto& timing : timings) {
    bench.memory.timing = timing;
    bench.set_region(0, 0);
    bench.random_run(40000);
    bench.set_region(0x80000100, 0x534);
    bench.random_run(10000);
    bench.set_region(0, 0);
    bench.memory.error_line = (0x80000000u >> 6) + 3;
    bench.random_run(10000);
    bench.memory.error_line = 0xFFFFFFFF;
  }
  printf("random: %ld answers checked, %ld hits, %d misses in flight\n", bench.answers, bench.hits,
         bench.memory.most_reads);

  // New code is seen after an invalidation, also by lines that were on their way.
  bench.memory.timing = {20, 0, 0};
  bench.reset();
  for (uint32_t version = 1; version < 50; version++) {
    bench.check_data = false;
    for (int w = 0; w < 4; w++) {
      while (!bench.step(w, 0x80000000u + 64 * w)) {}
    }
    for (int w = 4; w < 8; w++) {
      while (!bench.step(w, 0x80001000u + 64 * w)) {}
    }
    for (unsigned i = bench.random() % 40; i > 0; i--) bench.step(-1, 0);
    for (uint32_t l = 0; l < 0x100; l++) bench.fill((0x80000000u >> 6) + l, version);
    bench.step(-1, 0, true);
    for (unsigned i = bench.random() % 30; i > 0; i--) bench.step(-1, 0);
    while (!bench.open.empty()) bench.step(-1, 0);
    bench.check_data = true;
    for (int w = 0; w < 4; w++) {
      while (!bench.step(w, 0x80000000u + 64 * w)) {}
    }
    bench.drain();
  }

  // Hits of several warps, one a cycle.
  bench.reset();
  bench.step(-1, 0, true);
  for (int i = 0; i < 64; i++) {
    while (!bench.step(i % WARPS, 0x80000000u + 16 * i)) {}
    bench.drain();
  }
  long start = bench.cycle;
  for (int i = 0; i < 4000; i++) {
    while (!bench.step(i % WARPS, 0x80000000u + 16 * (i % 64))) {}
  }
  printf("hits a cycle: %.3f\nPASS\n", 4000.0 / double(bench.cycle - start));
  return 0;
}
