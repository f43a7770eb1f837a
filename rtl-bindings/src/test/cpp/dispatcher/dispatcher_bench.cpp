// Bench of zl_dispatcher: random launches against the walk computed with loops and divisions.
//
// The bench plays the cores: it takes starts after random delays and ends warps after random times,
// and checks what each start says, that no warp or slot is given twice, that groups fit, and that
// the launch ends exactly when all work has. Prints one line; the exit code is 1 on a difference.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "Vzl_dispatcher.h"
#include "verilated.h"

namespace {

constexpr unsigned kCores = ZL_CORES;
constexpr unsigned kWarps = ZL_WARPS;
constexpr unsigned kLanes = ZL_LANES;
constexpr uint32_t kLocalBytes = 16384;
constexpr uint32_t kLocal = 0xffff0000u;

template <class T>
uint32_t word(const T& port, unsigned index) {
  return static_cast<uint32_t>(static_cast<uint64_t>(port) >> (32 * index));
}

template <std::size_t N>
uint32_t word(const VlWide<N>& port, unsigned index) {
  return port[index];
}

template <class T>
void set_bit(T& port, unsigned index) {
  port |= T{1} << index;
}

template <std::size_t N>
void set_bit(VlWide<N>& port, unsigned index) {
  port[index / 32] |= 1u << (index % 32);
}

template <class T>
void clear(T& port) {
  port = 0;
}

template <std::size_t N>
void clear(VlWide<N>& port) {
  for (std::size_t i = 0; i < N; i++) {
    port[i] = 0;
  }
}

struct Launch {
  bool grid;
  bool independent;
  uint32_t size[3];
  uint32_t group[3];
  uint32_t local_bytes;
};

struct Warp {
  bool active = false;
  uint64_t end = 0;
  uint64_t group = 0;
  uint32_t slot = 0;
};

class Bench {
 public:
  explicit Bench(uint32_t seed) : random_(seed), dut_(new Vzl_dispatcher(&context_)) {
    dut_->rst_ni = 0;
    for (int i = 0; i < 4; i++) {
      edge();
    }
    dut_->rst_ni = 1;
  }

  ~Bench() { dut_->final(); }

  uint64_t cycles() const { return cycle_; }

  // Cycles from launch to the end of the work.
  uint64_t run(const Launch& launch, uint32_t mean_life) {
    launch_ = launch;
    dut_->grid_i = launch.grid;
    dut_->independent_i = launch.independent;
    dut_->entry_i = 0x80000000u;
    dut_->argument_i = 0x12340000u;
    for (int i = 0; i < 3; i++) {
      dut_->grid_size_i[i] = launch.size[i];
      dut_->group_size_i[i] = launch.group[i];
    }
    dut_->local_bytes_i = launch.local_bytes;
    dut_->plan_i = 1;
    edge();
    dut_->plan_i = 0;
    for (int i = 0; i < 100 && !dut_->plan_valid_o; i++) {
      edge();
    }
    check(dut_->plan_valid_o, "no plan within 100 cycles");
    uint64_t invocations = uint64_t{launch.group[0]} * launch.group[1] * launch.group[2];
    uint64_t groups = uint64_t{launch.size[0]} * launch.size[1] * launch.size[2];
    bool empty = launch.grid && (invocations == 0 || groups == 0);
    bool refused = launch.grid && !empty
        && (launch.local_bytes > kLocalBytes || invocations >> 32 != 0
            || (!launch.independent && invocations > kWarps * kLanes));
    check(dut_->plan_empty_o == (launch.grid && empty), "plan: empty or not");
    check(dut_->plan_refused_o == refused, "plan: refused or not");
    if (empty || refused) {
      return 0;
    }
    dut_->launch_i = 1;
    edge();
    dut_->launch_i = 0;
    uint64_t first = cycle_;
    group_warps_ = static_cast<uint32_t>((invocations + kLanes - 1) / kLanes);
    uint64_t starts = launch.grid ? groups * group_warps_ : kCores;
    uint64_t started = 0;
    std::vector<uint32_t> left_of_group(launch.grid ? groups : 1, group_warps_);
    while (started < starts || any_active()) {
      check(dut_->working_o, "work is left and working_o is low");
      bool taken = false;
      uint32_t offered = dut_->start_valid_o;
      dut_->start_ready_i = random_() & ((1u << kCores) - 1);
      if (offered != 0 && (offered & dut_->start_ready_i) != 0) {
        check(started < starts, "more starts than the launch has");
        take_start(__builtin_ctz(offered), started, mean_life);
        started++;
        taken = true;
      }
      clear(dut_->warp_done_i);
      for (unsigned c = 0; c < kCores; c++) {
        for (unsigned w = 0; w < kWarps; w++) {
          Warp& warp = warps_[c][w];
          if (warp.active && warp.end <= cycle_) {
            warp.active = false;
            set_bit(dut_->warp_done_i, c * kWarps + w);
            if (launch.grid) {
              left_of_group[warp.group]--;
            }
          }
        }
      }
      edge();
      clear(dut_->warp_active_i);
      for (unsigned c = 0; c < kCores; c++) {
        for (unsigned w = 0; w < kWarps; w++) {
          if (warps_[c][w].active) {
            set_bit(dut_->warp_active_i, c * kWarps + w);
          }
        }
      }
      idle_ = taken ? 0 : idle_ + 1;
      check(idle_ < 20000, "nothing was started for 20000 cycles");
    }
    uint64_t cycles = cycle_ - first;
    clear(dut_->warp_done_i);
    dut_->start_ready_i = (1u << kCores) - 1;
    for (int i = 0; i < 6; i++) {
      edge();
      check(dut_->start_valid_o == 0, "a start after the end");
    }
    check(!dut_->working_o, "working_o stays high after the end");
    for (uint32_t left : left_of_group) {
      check(!launch.grid || left == 0, "a group is incomplete");
    }
    return cycles;
  }

 private:
  void edge() {
    dut_->clk_i = 0;
    dut_->eval();
    dut_->clk_i = 1;
    dut_->eval();
    cycle_++;
  }

  bool any_active() const {
    for (const auto& core : warps_) {
      for (const Warp& warp : core) {
        if (warp.active) {
          return true;
        }
      }
    }
    return false;
  }

  void take_start(unsigned core, uint64_t number, uint32_t mean_life) {
    unsigned index = dut_->start_warp_o;
    check(index < kWarps && !warps_[core][index].active, "start of a warp that is active");
    check(dut_->start_pc_o == 0x80000000u, "entry");
    check(dut_->start_mscratch_o == 0x12340000u, "argument");
    Warp& warp = warps_[core][index];
    if (launch_.grid) {
      uint64_t group = number / group_warps_;
      uint32_t rank = number % group_warps_;
      check(dut_->start_rank_o == rank, "rank");
      check(dut_->start_group_warps_o == group_warps_, "warps of the group");
      check(dut_->start_group_id_o[0] == group % launch_.size[0], "group id x");
      check(dut_->start_group_id_o[1] == group / launch_.size[0] % launch_.size[1], "group id y");
      check(dut_->start_group_id_o[2] == group / launch_.size[0] / launch_.size[1], "group id z");
      uint32_t invocations = launch_.group[0] * launch_.group[1] * launch_.group[2];
      for (unsigned l = 0; l < kLanes; l++) {
        uint32_t linear = rank * kLanes + l;
        check((dut_->start_mask_o >> l & 1) == (linear < invocations), "lane mask");
        if (linear < invocations) {
          uint32_t x = linear % launch_.group[0];
          uint32_t y = linear / launch_.group[0] % launch_.group[1];
          uint32_t z = linear / launch_.group[0] / launch_.group[1];
          check(word(dut_->start_local_id_x_o, l) == x, "local id x");
          check(word(dut_->start_local_id_y_o, l) == y, "local id y");
          check(word(dut_->start_local_id_z_o, l) == z, "local id z");
        }
      }
      uint32_t slot = dut_->start_slot_o;
      uint32_t slice = (launch_.local_bytes + 63) / 64 * 64;
      if (launch_.independent) {
        check(dut_->start_local_base_o == kLocal, "local memory of an independent warp");
      } else {
        check(slot < kWarps, "slot number");
        check(dut_->start_local_base_o == kLocal + slot * slice, "local memory base");
        check(dut_->start_local_base_o - kLocal + slice <= kLocalBytes, "local memory end");
        for (const Warp& other : warps_[core]) {
          check(!other.active || other.slot != slot || other.group == group,
              "two groups share a slot");
        }
        check(rank == 0 || (core == group_core_ && slot == group_slot_),
            "a group is spread over cores or slots");
        group_core_ = core;
        group_slot_ = slot;
      }
      warp.group = group;
      warp.slot = slot;
    } else {
      check(core == number && index == 0, "a raw launch starts warp 0 of every core in turn");
      check(dut_->start_mask_o == 1, "a raw launch starts lane 0");
      check(dut_->start_rank_o == 0 && dut_->start_group_warps_o == 0, "raw group values");
      check(dut_->start_local_base_o == kLocal, "raw local memory");
    }
    warp.active = true;
    warp.end = cycle_ + 1 + random_() % (2 * mean_life);
  }

  void check(bool holds, const char* what) {
    if (!holds) {
      std::printf("cycle %llu: wrong: %s (launch: grid %d independent %d size %u %u %u group %u %u"
          " %u local %u)\n", static_cast<unsigned long long>(cycle_), what, launch_.grid,
          launch_.independent, launch_.size[0], launch_.size[1], launch_.size[2],
          launch_.group[0], launch_.group[1], launch_.group[2], launch_.local_bytes);
      std::exit(1);
    }
  }

  std::mt19937 random_;
  VerilatedContext context_;
  std::unique_ptr<Vzl_dispatcher> dut_;
  uint64_t cycle_ = 0;
  uint64_t idle_ = 0;
  Launch launch_ = {};
  uint32_t group_warps_ = 0;
  unsigned group_core_ = 0;
  unsigned group_slot_ = 0;
  Warp warps_[kCores][kWarps];
};

}  // namespace

int main() {
  Bench bench(1);
  std::mt19937 random(2);
  auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  bench.run({false, false, {9, 9, 9}, {9, 9, 9}, 0}, 50);
  bench.run({true, false, {3, 2, 2}, {0, 4, 1}, 0}, 5);
  bench.run({true, false, {3, 0, 2}, {1, 4, 1}, 0}, 5);
  bench.run({true, false, {1, 1, 1}, {kWarps * kLanes + 1, 1, 1}, 0}, 5);
  bench.run({true, true, {2, 1, 1}, {kWarps * kLanes * 3 + 1, 1, 1}, 0}, 5);
  bench.run({true, false, {1, 1, 1}, {0x10000, 0x10000, 1}, 0}, 5);
  bench.run({true, true, {1, 1, 1}, {0x10000, 0x10000, 0x10000}, 0}, 5);
  bench.run({true, false, {1, 1, 1}, {1, 1, 1}, kLocalBytes + 1}, 5);
  bench.run({true, false, {9, 1, 1}, {1, 1, 1}, kLocalBytes}, 5);
  int launches = 9;
  for (; launches < 400; launches++) {
    Launch launch = {};
    launch.grid = below(10) != 0;
    launch.independent = below(3) == 0;
    for (uint32_t& size : launch.size) {
      size = 1 + below(6);
    }
    do {
      for (uint32_t& size : launch.group) {
        size = 1 + below(below(2) == 0 ? 4 : kWarps * kLanes);
      }
    } while (launch.group[0] * launch.group[1] * launch.group[2] > 2 * kWarps * kLanes);
    launch.local_bytes = below(2) == 0 ? 0 : below(kLocalBytes / (1 + below(8)));
    bench.run(launch, 1 + below(60));
  }
  uint64_t cycles = bench.run({true, false, {1000, 1, 1}, {kLanes, 1, 1}, 0}, 2);
  std::printf("dispatcher c%uw%ut%u: %d launches, 1000 one-warp groups in %llu cycles\n", kCores,
      kWarps, kLanes, launches, static_cast<unsigned long long>(cycles));
  return 0;
}
