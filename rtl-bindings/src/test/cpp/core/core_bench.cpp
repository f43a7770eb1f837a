// Bench of the core's pipeline: random programs in lock step with an interpreter, and throughput.
//
// Build and run, from the repository's root:
//   rtl-bindings/src/test/cpp/core/run.sh [--lanes 4] [--warps 4] [--standin] --
//       [--seed S] [--programs N] [--length WORDS] [--integer] [--faults] [--latency CYCLES]
//       [--program FILE.bin [--limit CYCLES]]
// Every issue event is executed by the interpreter; program counter, lane mask, results and stores
// must be equal. FILE.bin is loaded at 0x80000000, run on all warps, and its speed reported.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <memory>

#include "Vzl_core.h"
#include "program.h"
#include "reference.h"
#include "verilated.h"

namespace {

using namespace zl;

constexpr int kWarps = BENCH_WARPS;
constexpr int kLanes = BENCH_LANES;

Memory memory;
std::mt19937 stalls;
bool no_stalls = false;

template <typename T>
uint32_t word(const T& value, int index) {
  if constexpr (std::is_integral_v<T>) {
    return uint32_t(value >> (32 * index));
  } else {
    return value[index];
  }
}

struct Options {
  uint64_t seed = 1;
  int programs = 20;
  int length = 400;
  int limit = 20000000;
  unsigned latency = 30;
  bool floats = true;
  bool faults = false;
  std::string file;
};

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {}

  // Runs the words, started on some warps; false at the first difference.
  bool run(const std::vector<uint32_t>& words, bool compare, int starts, uint32_t grid_mask) {
    reference_ = std::make_unique<Reference<kWarps, kLanes>>();
    reference_->memory = memory;
    for (size_t k = 0; k < words.size(); k++) {
      memory.write(Program::kBase + 4 * k, words[k], 4);
      reference_->memory.write(Program::kBase + 4 * k, words[k], 4);
    }
    accesses_.clear();
    answering_ = -1;
    pending_.clear();
    barriers_ = {};
    reference_->launch_mscratch = 0x1000;
    faults_ = {};
    stores_.clear();
    failed_ = false;
    compare_ = compare;
    cycles_ = instructions_ = 0;
    // Only a fault needs a reset: registers keep the values of the program before.
    if (!core_ || core_->fault_valid_o) {
      core_ = std::make_unique<Vzl_core>();
      core_->rst_ni = 0;
      for (int k = 0; k < 4; k++) tick();
      core_->rst_ni = 1;
    }
    core_->busy_i = 1;
    core_->launch_i = 1;
    tick();
    core_->launch_i = 0;
    // A warp that has ended starts again at once, as the dispatcher would do it.
    std::array<int, kWarps> rounds{};
    for (int w = 0; w < starts; w++) rounds[w] = compare && starts == kWarps ? 2 : 1;
    core_->start_pc_i = Program::kBase;
    core_->start_mask_i = grid_mask;
    core_->start_mscratch_i = 0x1000;
    bool more = true;
    while ((more || core_->warp_active_o) && !failed_ && !core_->fault_valid_o) {
      more = false;
      core_->start_valid_i = 0;
      for (int w = 0; w < kWarps && !core_->start_valid_i; w++) {
        if (rounds[w] == 0 || (core_->warp_active_o >> w & 1)) continue;
        rounds[w]--;
        core_->start_valid_i = 1;
        core_->start_warp_i = w;
        place(w);
      }
      tick();
      for (const int left : rounds) more |= left != 0;
      if (cycles_ > options_.limit) return fail("no end after the cycle limit");
    }
    core_->start_valid_i = 0;
    // As the host interface does it: the record of the first cycle counts, and everything stops.
    const bool faulty = core_->fault_valid_o;
    fault_ = {core_->fault_cause_o, core_->fault_warp_o, core_->fault_pc_o, core_->fault_mask_o,
              core_->fault_address_o};
    core_->halt_i = faulty;
    const uint64_t work_cycles = cycles_;
    for (int k = 0; !failed_ && (k < 200 || core_->store_pending_o); k++) {
      tick();
      if (k > 100000) return fail("stores remain pending");
    }
    cycles_ = work_cycles;
    if (failed_) return false;
    if (faulty) return faulted();
    for (const auto& fault : faults_) {
      if (fault) return fail("an expected fault did not come");
    }
    if (!pending_.empty() || !stores_.empty()) return fail("results missing at the end");
    return !failed_;
  }

  void report() const {
    std::printf("cycles %llu instructions %llu ipc %.3f\n", (unsigned long long)cycles_,
                (unsigned long long)instructions_, double(instructions_) / cycles_);
    static const char* const names[] = {
        "warp instructions", "stall fetch", "stall operand", "stall lsu", "stall unit",
        "stall sync", "idle", "icache hits", "icache misses", "load hits", "load misses",
        "store lines", "memory reads", "memory writes", "read cycles", "branches",
        "mispredicted", "splits", "divergent"};
    for (int k = 0; k < 19; k++) {
      std::printf("  %-18s %llu\n", names[k],
                  (unsigned long long)(word(core_->perf_o, 2 * k) |
                                       uint64_t(word(core_->perf_o, 2 * k + 1)) << 32));
    }
  }

  uint64_t cycles() const { return cycles_; }
  uint64_t instructions() const { return instructions_; }

 private:
  Options options_;
  std::unique_ptr<Vzl_core> core_;
  std::unique_ptr<Reference<kWarps, kLanes>> reference_;
  std::map<uint32_t, Result<kLanes>> pending_;  // by warp << 16 | seq
  std::map<uint32_t, Result<kLanes>> stores_;
  struct Record {
    uint32_t cause, warp, pc, mask, address;
  };
  Record fault_{};
  std::array<unsigned, kWarps> barriers_;  // passed or reached
  std::array<std::optional<Fault>, kWarps> faults_;  // of issued loads and stores
  uint64_t cycles_ = 0, instructions_ = 0;
  bool failed_ = false;
  bool compare_ = false;

  void tick() {
    respond();
    core_->clk_i = 0;
    core_->eval();
    accept();
    if (compare_) {
      check();
    } else if (core_->tr_issue_valid_o) {
      instructions_++;
    }
    if (core_->start_valid_i && core_->start_ready_o) {
      reference_->start(core_->start_warp_i, core_->start_pc_i, core_->start_mask_i,
                        core_->start_mscratch_i);
      reference_->warps[core_->start_warp_i].place = place_;
    }
    core_->clk_i = 1;
    core_->eval();
    cycles_++;
  }

  // Memory behind the caches: any order, each access takes effect when it is answered.
  struct Access {
    uint64_t due;
    uint32_t tag, line;
    bool write;
    std::array<uint32_t, 16> data;
    uint64_t strobes;
  };
  std::vector<Access> accesses_;
  int answering_ = -1;

  void respond() {
    core_->mem_req_ready_i = no_stalls || stalls() % 4 != 0;
    core_->console_ready_i = 1;
    if (answering_ < 0) {
      std::vector<int> due;
      for (size_t k = 0; k < accesses_.size(); k++) {
        if (accesses_[k].due <= cycles_) due.push_back(k);
      }
      if (due.empty()) {
        core_->mem_rsp_valid_i = 0;
        return;
      }
      answering_ = no_stalls ? due[0] : due[stalls() % due.size()];
      Access& access = accesses_[answering_];
      for (int k = 0; k < 16; k++) {
        const uint32_t address = access.line * 64 + 4 * k;
        for (int b = 0; access.write && b < 4; b++) {
          if (access.strobes >> (4 * k + b) & 1) {
            memory.write(address + b, access.data[k] >> (8 * b), 1);
          }
        }
        core_->mem_rsp_data_i[k] = memory.word(address);
      }
      core_->mem_rsp_valid_i = 1;
      core_->mem_rsp_tag_i = access.tag;
      core_->mem_rsp_write_i = access.write;
      core_->mem_rsp_error_i = 0;
    }
  }

  void accept() {
    if (core_->mem_rsp_valid_i && core_->mem_rsp_ready_o) {
      accesses_.erase(accesses_.begin() + answering_);
      answering_ = -1;
    }
    if (core_->mem_req_valid_o && core_->mem_req_ready_i) {
      Access access{cycles_ + (no_stalls ? options_.latency : stalls() % 60), core_->mem_req_tag_o,
                    core_->mem_req_line_o, bool(core_->mem_req_write_o), {},
                    core_->mem_req_strb_o};
      for (int k = 0; k < 16; k++) access.data[k] = core_->mem_req_data_o[k];
      accesses_.push_back(access);
    }
  }

  bool fail(const char* message) {
    std::printf("cycle %llu: %s\n", (unsigned long long)cycles_, message);
    for (int w = 0; w < kWarps; w++) {
      std::printf("  warp %d active %d pc %08x mask %x\n", w, reference_->warps[w].active,
                  reference_->warps[w].pc, reference_->warps[w].mask);
    }
    if (core_->fault_valid_o) {
      std::printf("  fault cause %d pc %08x warp %d address %08x\n", core_->fault_cause_o,
                  core_->fault_pc_o, core_->fault_warp_o, core_->fault_address_o);
    }
    failed_ = true;
    return false;
  }

  void check() {
    if (core_->tr_issue_valid_o) issued();
    if (core_->tr_int_valid_o) {
      written(core_->tr_int_warp_o, core_->tr_int_seq_o, core_->tr_int_rd_o, core_->tr_int_mask_o,
              core_->tr_int_data_o);
    }
    if (core_->tr_float_valid_o) {
      written(core_->tr_float_warp_o, core_->tr_float_seq_o, core_->tr_float_rd_o,
              core_->tr_float_mask_o, core_->tr_float_data_o);
    }
    if (core_->tr_store_valid_o) stored();
  }

  void issued() {
    instructions_++;
    const int w = core_->tr_issue_warp_o;
    if (faults_[w]) return;  // younger than a fault that is not yet reported
    const Warp<kLanes>& s = reference_->warps[w];
    if (!s.active || core_->tr_issue_pc_o != s.pc || core_->tr_issue_mask_o != s.mask ||
        core_->tr_issue_instr_o != reference_->memory.word(s.pc)) {
      std::printf("warp %d: issued pc %08x mask %x instruction %08x, expected pc %08x mask %x\n", w,
                  core_->tr_issue_pc_o, unsigned(core_->tr_issue_mask_o), core_->tr_issue_instr_o,
                  s.pc, s.mask);
      fail("wrong instruction");
      return;
    }
    for (const unsigned arrived : barriers_) {
      if (arrived < barriers_[w]) fail("passed a barrier before all warps had arrived");
    }
    if ((core_->tr_issue_instr_o & 0xfe00707f) == 0x0000400b) barriers_[w]++;
    try {
      const Result<kLanes> result = reference_->step(w);
      const uint32_t key = w << 16 | core_->tr_issue_seq_o;
      if (core_->tr_issue_has_result_o != (result.rd >= 0)) fail("has a result: differs");
      if (result.rd >= 0) pending_[key] = result;
      if (result.store) stores_[key] = result;
      keys_[key] = {core_->tr_issue_pc_o, core_->tr_issue_instr_o};
    } catch (const Fault& fault) {
      const uint32_t opcode = core_->tr_issue_instr_o & 0x5f;
      if (opcode == 0x03 || opcode == 0x07) {
        faults_[w] = fault;
        return;
      }
      std::printf("warp %d pc %08x: %s expected\n", w, s.pc, fault.what());
      fail("executed a faulting instruction");
    }
  }

  // The record must be that of the warp's next instruction.
  bool faulted() {
    const int w = fault_.warp;
    const uint32_t pc = reference_->warps[w].pc, mask = reference_->warps[w].mask;
    try {
      if (faults_[w]) throw *faults_[w];
      reference_->step(w);
      return fail("a fault that the interpreter does not know");
    } catch (const Fault& fault) {
      if (fault_.cause == uint32_t(fault.cause) && fault_.address == fault.address &&
          fault_.pc == pc && fault_.mask == mask) {
        return true;
      }
      std::printf("expected cause %d pc %08x mask %x address %08x\n", fault.cause, pc, mask,
                  fault.address);
      return fail("wrong fault record");
    }
  }

  std::map<uint32_t, std::pair<uint32_t, uint32_t>> keys_;
  std::map<uint32_t, Row<kLanes>> place_;  // of the warp that starts now

  template <typename T>
  static void set(T& port, int index, uint32_t value) {
    if constexpr (std::is_integral_v<T>) {
      port = T((uint64_t(port) & ~(0xffffffffull << 32 * index)) | uint64_t(value) << 32 * index);
    } else {
      port[index] = value;
    }
  }

  // Some place in some grid: numbers that cannot be confused.
  void place(int w) {
    auto& csrs = place_;
    auto uniform = [&](uint32_t csr, uint32_t value) {
      csrs[csr].fill(value);
      return value;
    };
    core_->start_slot_i = uniform(0xcd0, (w + 1) % kWarps);
    core_->start_rank_i = uniform(0xcd1, 0x1000 + w);
    core_->start_group_warps_i = uniform(0xcd2, 0x2000 + w);
    core_->start_local_base_i = uniform(0xcdf, 0xffff0000 + 64 * w);
    for (int axis = 0; axis < 3; axis++) {
      core_->start_group_id_i[axis] = uniform(0xcd6 + axis, 0x3000 + 16 * axis + w);
      core_->group_size_i[axis] = uniform(0xcd9 + axis, 0x4000 + axis);
      core_->grid_size_i[axis] = uniform(0xcdc + axis, 0x5000 + axis);
    }
    for (int l = 0; l < kLanes; l++) {
      set(core_->start_local_id_x_i, l, csrs[0xcd3][l] = 0x10000 + w * 256 + l);
      set(core_->start_local_id_y_i, l, csrs[0xcd4][l] = 0x20000 + w * 256 + l);
      set(core_->start_local_id_z_i, l, csrs[0xcd5][l] = 0x30000 + w * 256 + l);
    }
  }

  template <typename T>
  void written(int w, int seq, int rd, uint32_t mask, const T& data) {
    const uint32_t key = w << 16 | seq;
    const auto found = pending_.find(key);
    if (found == pending_.end()) {
      if (faults_[w]) return;
      std::printf("warp %d seq %d rd %d\n", w, seq, rd);
      fail("a result that is not expected");
      return;
    }
    Result<kLanes> expected = found->second;
    pending_.erase(found);
    bool same = rd == expected.rd && mask == expected.mask;
    for (int l = 0; l < kLanes; l++) {
      if (!(mask >> l & 1)) continue;
      if (expected.free) {
        reference_->warps[w].registers[rd][l] = word(data, l);
      } else {
        same &= word(data, l) == expected.data[l];
      }
    }
    if (!same) {
      std::printf("warp %d seq %d pc %08x instruction %08x rd %d (%d) mask %x (%x)\n", w, seq,
                  keys_[key].first, keys_[key].second, rd, expected.rd, mask, expected.mask);
      for (int l = 0; l < kLanes; l++) {
        std::printf("  lane %d: %08x, expected %08x\n", l, word(data, l), expected.data[l]);
      }
      fail("wrong result");
    }
  }

  void stored() {
    const uint32_t key = core_->tr_store_warp_o << 16 | core_->tr_store_seq_o;
    const auto found = stores_.find(key);
    if (found == stores_.end() && faults_[core_->tr_store_warp_o]) {
      fail("a store behind a fault");
      return;
    }
    bool same = found != stores_.end() && core_->tr_store_mask_o == found->second.mask;
    for (int l = 0; same && l < kLanes; l++) {
      if (!(core_->tr_store_mask_o >> l & 1)) continue;
      same = word(core_->tr_store_addr_o, l) == found->second.addresses[l] &&
             word(core_->tr_store_data_o, l) == found->second.stored[l];
    }
    if (!same) {
      std::printf("warp %d seq %d pc %08x instruction %08x mask %x%s\n", core_->tr_store_warp_o,
                  core_->tr_store_seq_o, keys_[key].first, keys_[key].second,
                  unsigned(core_->tr_store_mask_o),
                  found == stores_.end() ? ": not expected" : "");
      for (int l = 0; found != stores_.end() && l < kLanes; l++) {
        std::printf("  lane %d: %08x at %08x, expected %08x at %08x\n", l,
                    word(core_->tr_store_data_o, l), word(core_->tr_store_addr_o, l),
                    found->second.stored[l], found->second.addresses[l]);
      }
      fail("wrong store");
      return;
    }
    stores_.erase(found);
  }
};

}  // namespace

extern "C" int bench_read(int address) { return memory.word(address); }
extern "C" void bench_write(int address, int data, int size) { memory.write(address, data, size); }
extern "C" int bench_random(int below) { return no_stalls ? below - 1 : stalls() % below; }

int main(int count, char** arguments) {
  Options options;
  for (int k = 1; k < count; k++) {
    const std::string name = arguments[k];
    auto next = [&] { return k + 1 < count ? arguments[++k] : (char*)"0"; };
    if (name == "--seed") options.seed = std::strtoull(next(), nullptr, 0);
    else if (name == "--programs") options.programs = std::atoi(next());
    else if (name == "--length") options.length = std::atoi(next());
    else if (name == "--limit") options.limit = std::atoi(next());
    else if (name == "--latency") options.latency = std::atoi(next());
    else if (name == "--integer") options.floats = false;
    else if (name == "--faults") options.faults = true;
    else if (name == "--program") options.file = next();
    else {
      std::fprintf(stderr, "core_bench: unknown option %s\n", name.c_str());
      return 2;
    }
  }
  Bench bench(options);
  const uint32_t all = kLanes == 32 ? ~0u : (1u << kLanes) - 1;
  if (!options.file.empty()) {
    std::ifstream in(options.file, std::ios::binary);
    std::vector<uint32_t> words;
    uint32_t value;
    while (in.read(reinterpret_cast<char*>(&value), 4)) words.push_back(value);
    no_stalls = true;
    const auto begin = std::chrono::steady_clock::now();
    const bool ok = bench.run(words, false, kWarps, all);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    bench.report();
    std::printf("%.0f kcycles/s\n", bench.cycles() / seconds / 1000);
    return ok ? 0 : 1;
  }
  uint64_t instructions = 0;
  for (int n = 0; n < options.programs; n++) {
    const uint64_t seed = options.seed + n;
    stalls.seed(seed);
    no_stalls = seed % 4 == 0;
    const bool raw = seed % 5 == 0;
    const auto words = Program(seed, kWarps, options.floats, raw)
                           .generate(options.length, options.faults);
    const uint32_t lanes = raw ? 1 : seed % 3 ? all : all >> 1;
    if (!bench.run(words, true, raw ? 1 : kWarps, lanes)) {
      std::printf("FAIL seed %llu\n", (unsigned long long)seed);
      return 1;
    }
    instructions += bench.instructions();
  }
  std::printf("PASS %d programs, %llu instructions\n", options.programs,
              (unsigned long long)instructions);
  return 0;
}
