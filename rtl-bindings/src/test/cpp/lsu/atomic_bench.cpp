// Two cores on the same lines: atomic additions, LR/SC increments, and plain stores next to them.
//
//   atomic_bench [--seed N]
//
// Every addition must have seen another old value and every sum must be complete; what a core
// stores beside the counters must survive.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "Vlsu_system.h"
#include "memory_model.h"
#include "verilated.h"
#include "wide.h"

namespace {

constexpr int LANES = BENCH_LANES;
constexpr int CORES = 2;
constexpr int WARPS = 4;
constexpr int LOAD = 0, STORE = 1, ATOMIC = 3;
constexpr int ADD = 0, LR = 2, SC = 3, OR = 8;
constexpr uint32_t LINES = 3;
constexpr uint32_t BASE = 0x10000;
// Words of a line: 0 to 7 are added to, 8 to 11 incremented by LR/SC, 12 to 15 stored to, by
// core 0 (12, 13) and core 1 (14, 15).
constexpr uint32_t ADDED = 8, INCREMENTED = 8, STORED = 12;

struct Access {
  int op = LOAD;
  int atomic = 0;
  uint32_t mask = 0;
  std::array<uint32_t, LANES> address{};
  std::array<uint32_t, LANES> data{};
};

// A warp does one thing at a time.
struct Warp {
  bool busy = false;
  Access access;
  bool holds = false;  // an LR's values, to be incremented
  Access lr;
};

struct Bench {
  Vlsu_system top;
  MemoryModel memory;
  std::mt19937 random{1};
  long cycle = 0;
  Warp warps[CORES][WARPS];
  std::map<uint32_t, std::set<uint32_t>> seen;  // old values of additions
  std::map<uint32_t, uint32_t> increments;
  std::map<uint32_t, uint32_t> stored;
  long failures = 0;

  [[noreturn]] void fail(const std::string& what) {
    fprintf(stderr, "cycle %ld: %s\n", cycle, what.c_str());
    exit(1);
  }

  static uint32_t place(uint32_t line, uint32_t word) { return BASE + 64 * line + 4 * word; }

  Access choose(int core, Warp& warp) {
    Access a;
    a.mask = 1 + random() % ((uint64_t(1) << LANES) - 1);
    if (warp.holds) {
      warp.holds = false;
      a = warp.lr;
      a.atomic = SC;
      return a;
    }
    int kind = int(random() % 9);
    for (int l = 0; l < LANES; l++) {
      uint32_t line = random() % LINES;
      if (kind < 4) {
        a.op = ATOMIC;
        a.atomic = ADD;
        a.address[l] = place(line, random() % ADDED);
        a.data[l] = 1;
      } else if (kind < 6) {
        a.op = ATOMIC;
        a.atomic = LR;
        a.address[l] = place(line, INCREMENTED + random() % 4);
      } else if (kind == 8) {
        // Changes nothing, but must not undo what the other core stores meanwhile.
        a.op = ATOMIC;
        a.atomic = OR;
        a.address[l] = place(line, STORED + random() % 4);
      } else {
        a.op = kind == 6 ? STORE : LOAD;
        a.address[l] = place(line, STORED + 2 * core + random() % 2);
        a.data[l] = random();
      }
    }
    return a;
  }

  void finish(int core, Warp& warp) {
    const Access& a = warp.access;
    for (int l = 0; l < LANES; l++) {
      if (!(a.mask >> l & 1)) continue;
      uint32_t v = word(top.wb_data_o, core * LANES + l);
      if (a.op == LOAD) {
        if (v != warp.access.data[l]) fail("a core does not see its own store");
      } else if (a.atomic == ADD) {
        if (!seen[a.address[l]].insert(v).second) fail("two additions saw the same value");
      } else if (a.atomic == OR) {
        continue;
      } else if (a.atomic == LR) {
        warp.holds = true;
        warp.lr = a;
      } else if (v == 0) {
        increments[a.address[l]]++;
      } else {
        failures++;
      }
    }
    if (a.atomic == LR && a.op == ATOMIC) {
      for (int l = 0; l < LANES; l++) {
        warp.lr.data[l] = word(top.wb_data_o, core * LANES + l) + 1;
      }
    }
    warp.busy = false;
  }

  void step(bool issue) {
    top.clk_i = 0;
    int core = int(random() % CORES);
    int w = int(random() % WARPS);
    Warp& warp = warps[core][w];
    bool valid = issue && !warp.busy;
    Access a;
    top.core_i = core;
    top.req_valid_i = valid;
    if (valid) {
      bool held = warp.holds;
      a = choose(core, warp);
      warp.holds = held;
      top.req_op_i = a.op;
      top.req_atomic_i = a.atomic << 2;
      top.req_size_i = 2;
      top.req_tag_i = uint64_t(w) << 22;
      top.req_mask_i = a.mask;
      for (int l = 0; l < LANES; l++) {
        set_word(top.req_base_i, l, a.address[l]);
        set_word(top.req_data_i, l, a.data[l]);
      }
    }
    top.wb_ready_i = random() % 4 != 0;
    top.mem_req_ready_i = int(random() % 100) >= memory.timing.stall_percent;
    memory.apply(cycle);
    int answer = memory.ready(cycle);
    top.mem_rsp_valid_i = answer >= 0;
    if (answer >= 0) {
      const auto& op = memory.operations[answer];
      top.mem_rsp_write_i = op.write;
      top.mem_rsp_tag_i = op.tag;
      for (int i = 0; i < 16; i++) {
        uint32_t v;
        memcpy(&v, &op.data[4 * i], 4);
        top.mem_rsp_data_i[i] = v;
      }
    }
    top.eval();
    for (int c = 0; c < CORES; c++) {
      if (!(top.wb_valid_o >> c & 1) || !top.wb_ready_i) continue;
      int who = int(uint64_t(top.wb_tag_o) >> (27 * c + 22) & 31);
      if (!warps[c][who].busy) fail("result that nobody expects");
      finish(c, warps[c][who]);
    }
    if (top.fault_valid_o) fail("fault");
    if (valid && top.req_ready_o) {
      warp.holds = false;
      for (int l = 0; l < LANES; l++) {
        if (!(a.mask >> l & 1)) continue;
        if (a.op == STORE) stored[a.address[l]] = a.data[l];
        if (a.op == LOAD) a.data[l] = stored[a.address[l]];
      }
      warp.access = a;
      warp.busy = a.op != STORE;
    }
    if (top.mem_req_valid_o && top.mem_req_ready_i) {
      uint8_t data[64];
      for (int i = 0; i < 16; i++) {
        uint32_t v = top.mem_req_data_o[i];
        memcpy(data + 4 * i, &v, 4);
      }
      memory.accept(cycle, top.mem_req_write_o, top.mem_req_line_o, top.mem_req_tag_o, data,
                    top.mem_req_strb_o);
    }
    if (answer >= 0 && top.mem_rsp_ready_o) {
      memory.operations.erase(memory.operations.begin() + answer);
    }
    top.clk_i = 1;
    top.eval();
    cycle++;
  }

  void run(int cycles) {
    top.rst_ni = 0;
    top.req_valid_i = 0;
    top.mem_rsp_valid_i = 0;
    for (int i = 0; i < 6; i++) {
      top.clk_i = i & 1;
      top.eval();
    }
    top.rst_ni = 1;
    for (int i = 0; i < cycles; i++) step(true);
    bool busy = true;
    for (int i = 0; busy || top.pending_o; i++) {
      if (i > 20000) fail("does not drain");
      step(false);
      busy = false;
      for (auto& core : warps) {
        for (auto& warp : core) busy |= warp.busy;
      }
    }
    for (uint32_t line = 0; line < LINES; line++) {
      for (uint32_t w = 0; w < 16; w++) {
        uint32_t a = place(line, w);
        uint32_t v;
        memcpy(&v, &memory.at(a >> 6)[a & 63], 4);
        if (w < ADDED) {
          if (v != seen[a].size() || (v && *seen[a].rbegin() != v - 1)) fail("additions lost");
        } else if (w < STORED) {
          if (v != increments[a]) fail("increments lost");
        } else if (stored.count(a) && v != stored[a]) {
          fail("store lost");
        }
      }
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  unsigned seed = 1;
  if (argc == 3 && std::string(argv[1]) == "--seed") seed = unsigned(atol(argv[2]));
  const MemoryModel::Timing timings[] = {{1, 0, 0}, {3, 60, 30}, {30, 0, 0}, {1, 3, 80}};
  long additions = 0;
  long increments = 0;
  long failures = 0;
  for (int i = 0; i < 12; i++) {
    Bench bench;
    bench.random.seed(seed + i);
    bench.memory.random.seed(seed + i);
    bench.memory.timing = timings[i % 4];
    bench.run(20000);
    for (const auto& [address, values] : bench.seen) additions += long(values.size());
    for (const auto& [address, count] : bench.increments) increments += count;
    failures += bench.failures;
  }
  printf("additions: %ld; increments by LR/SC: %ld, %ld times refused\nPASS\n", additions,
         increments, failures);
  return 0;
}
