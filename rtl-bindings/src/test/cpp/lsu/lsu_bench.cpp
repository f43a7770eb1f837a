// Unit bench of the load-store unit with its caches: random instructions against a memory that
// applies them in the order of acceptance, which is what the unit promises to one core.
//
//   lsu_bench [--seed N] [--cycles N]
//
// Every load's value is checked; at the end of a run memory must equal the golden memory. Faults
// must name the lowest faulting lane and leave nothing of the instruction behind. Then streams
// are timed.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>

#include "Vlsu_system.h"
#include "memory_model.h"
#include "verilated.h"
#include "wide.h"

namespace {

constexpr int LANES = BENCH_LANES;
constexpr int WARPS = 4;
constexpr uint32_t LOCAL = 0xFFFF0000;
constexpr uint32_t LOCAL_BYTES = 16 * 1024;
constexpr int LOAD = 0, STORE = 1, FENCE = 2, ATOMIC = 3;
constexpr int LR = 2, SC = 3;  // funct5
constexpr int ATOMICS[] = {0, 1, LR, SC, 4, 8, 12, 16, 20, 24, 28};
constexpr int MISALIGNED = 2, ACCESS = 3;

struct Request {
  int op = LOAD;
  int atomic = 0;  // funct5
  int order = 0;   // acquire, release
  int size = 2;
  bool zero_extends = false;
  int warp = 0;
  uint32_t seq = 0;
  uint32_t rd = 0;
  uint32_t mask = 0;
  uint32_t imm = 0;
  std::array<uint32_t, LANES> address{};
  std::array<uint32_t, LANES> data{};
};

struct Result {
  Request request;
  std::array<uint32_t, LANES> data{};
  long accepted = 0;
};

struct Region {
  uint32_t base, size, flags;
};

struct Fault {
  int cause = 0;
  uint32_t address = 0;
};

struct Bench {
  Vlsu_system top;
  MemoryModel memory;
  MemoryModel golden;  // lines only
  std::array<uint8_t, LOCAL_BYTES> local{};
  std::vector<Region> regions;
  std::map<uint32_t, Result> expected;  // by warp and seq
  std::deque<uint32_t> console;
  std::deque<int> fences;
  std::deque<Request> stores;  // trace events to come
  long cycle = 0;
  int wb_stall_percent = 0;
  int console_stall_percent = 0;
  long results = 0;
  long last_latency = 0;
  bool with_atomics = false;
  bool fault_expected = false;
  bool check_latency_only = false;
  uint32_t next_seq = 1;
  std::map<int, uint32_t> reservations;  // by hart: the word
  bool sc_waits = false;                 // its result decides what memory holds
  long sc_succeeded = 0;
  long sc_refused = 0;  // although nothing was stored to the word
  std::mt19937 random{1};

  [[noreturn]] void fail(const std::string& what) {
    fprintf(stderr, "cycle %ld: %s\n", cycle, what.c_str());
    exit(1);
  }

  static uint32_t key(int warp, uint32_t seq) { return uint32_t(warp) << 16 | seq; }

  bool chance(int percent) { return int(random() % 100) < percent; }

  void reset() {
    top.rst_ni = 0;
    top.req_valid_i = 0;
    top.halt_i = 0;
    top.mem_rsp_valid_i = 0;
    top.invalidate_i = 0;
    memory.operations.clear();
    expected.clear();
    fences.clear();
    stores.clear();
    console.clear();
    reservations.clear();
    sc_waits = false;
    for (int i = 0; i < 3; i++) edge();
    top.rst_ni = 1;
    for (int r = 0; r < 16; r++) {
      Region region = r < int(regions.size()) ? regions[r] : Region{0, 0, 0};
      set_word(top.region_base_i, r, region.base);
      set_word(top.region_size_i, r, region.size);
    }
    uint64_t flags = 0;
    for (size_t r = 0; r < regions.size(); r++) flags |= uint64_t(regions[r].flags) << (3 * r);
    top.region_flags_i = flags;
    top.invalidate_i = 1;
    edge();
    top.invalidate_i = 0;
    edge();
  }

  void edge() {
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
    cycle++;
  }

  uint8_t* golden_byte(uint32_t address) {
    if (address >= LOCAL) return &local[address - LOCAL];
    return &golden.at(address >> 6)[address & 63];
  }

  bool inside(uint32_t address, int bytes, int flag) const {
    bool any = false;
    for (const auto& r : regions) {
      any |= r.flags != 0;
      if ((int(r.flags) & flag) == flag && address >= r.base
          && uint64_t(address) + bytes <= uint64_t(r.base) + r.size) {
        return true;
      }
    }
    return !any;
  }

  Fault fault_of(const Request& r) const {
    int bytes = 1 << r.size;
    for (int l = 0; l < LANES; l++) {
      if (!(r.mask >> l & 1)) continue;
      uint32_t a = r.address[l];
      if (a % bytes) return {MISALIGNED, a};
      bool in_console = a >= 0x40 && a < 0x80;
      bool exempt = a >= LOCAL || in_console;
      int kinds = r.op == STORE ? 2 : r.op == ATOMIC && r.atomic != LR ? 3 : 1;
      if (a < 0x40 || (r.op == ATOMIC && in_console) || (a >= LOCAL && a - LOCAL >= LOCAL_BYTES)
          || (!exempt && !inside(a, bytes, kinds))) {
        return {ACCESS, a};
      }
    }
    return {};
  }

  uint32_t golden_word(uint32_t address) {
    uint32_t v;
    memcpy(&v, golden_byte(address), 4);
    return v;
  }

  void set_golden_word(uint32_t address, uint32_t v) {
    memcpy(golden_byte(address), &v, 4);
    break_reservations(address);
  }

  void break_reservations(uint32_t address) {
    for (auto it = reservations.begin(); it != reservations.end();) {
      it = it->second == (address & ~3u) ? reservations.erase(it) : std::next(it);
    }
  }

  static uint32_t operate(int atomic, uint32_t old, uint32_t operand) {
    switch (atomic) {
      case 0: return old + operand;
      case 4: return old ^ operand;
      case 8: return old | operand;
      case 12: return old & operand;
      case 16: return int32_t(old) < int32_t(operand) ? old : operand;
      case 20: return int32_t(old) > int32_t(operand) ? old : operand;
      case 24: return old < operand ? old : operand;
      case 28: return old > operand ? old : operand;
      default: return operand;
    }
  }

  void take_atomic(const Request& r) {
    Result result{r, {}, cycle};
    for (int l = 0; l < LANES; l++) {
      if (!(r.mask >> l & 1)) continue;
      uint32_t a = r.address[l];
      result.data[l] = golden_word(a);
      if (r.atomic == LR) reservations[r.warp * 64 + l] = a;
      if (r.atomic != LR && r.atomic != SC) {
        set_golden_word(a, operate(r.atomic, golden_word(a), r.data[l]));
      }
    }
    sc_waits = r.atomic == SC;
    if (!expected.emplace(key(r.warp, r.seq), result).second) fail("seq used twice");
  }

  // An SC may fail for no reason, but must fail where a store came between.
  void finish_sc(const Request& r) {
    for (int l = 0; l < LANES; l++) {
      if (!(r.mask >> l & 1)) continue;
      uint32_t a = r.address[l];
      auto it = reservations.find(r.warp * 64 + l);
      bool may = it != reservations.end() && it->second == a;
      if (it != reservations.end()) reservations.erase(it);
      uint32_t failed = word(top.wb_data_o, l);
      if (failed > 1 || (!failed && !may)) fail("SC succeeds without a reservation");
      if (!failed) {
        set_golden_word(a, r.data[l]);
        sc_succeeded++;
      } else if (may) {
        sc_refused++;
      }
    }
    sc_waits = false;
  }

  // What the request does when it is accepted, in the golden world.
  void take(const Request& r) {
    if (r.op == FENCE) {
      fences.push_back(r.warp);
      return;
    }
    if (r.op == ATOMIC) {
      take_atomic(r);
      return;
    }
    int bytes = 1 << r.size;
    if (r.op == STORE) {
      for (int l = 0; l < LANES; l++) {
        if (!(r.mask >> l & 1)) continue;
        uint32_t a = r.address[l];
        if (a >= 0x40 && a < 0x80) {
          console.push_back((a & 63) << 8 | (r.data[l] & 255));
          continue;
        }
        break_reservations(a);
        for (int b = 0; b < bytes; b++) *golden_byte(a + b) = uint8_t(r.data[l] >> (8 * b));
      }
      stores.push_back(r);
      return;
    }
    Result result{r, {}, cycle};
    for (int l = 0; l < LANES; l++) {
      if (!(r.mask >> l & 1)) continue;
      uint32_t a = r.address[l];
      uint32_t v = 0;
      if (!(a >= 0x40 && a < 0x80)) {
        for (int b = 0; b < bytes; b++) v |= uint32_t(*golden_byte(a + b)) << (8 * b);
        if (!r.zero_extends && r.size == 0) v = uint32_t(int32_t(int8_t(v)));
        if (!r.zero_extends && r.size == 1) v = uint32_t(int32_t(int16_t(v)));
      }
      result.data[l] = v;
    }
    if (!expected.emplace(key(r.warp, r.seq), result).second) fail("seq used twice");
  }

  void check_store_event() {
    if (stores.empty()) fail("store event without a store");
    const Request& r = stores.front();
    uint64_t tag = top.tr_store_tag_o;
    if ((tag & 0xFFFF) != r.seq || (tag >> 22) != uint64_t(r.warp)) fail("store event: tag");
    if (top.tr_store_mask_o != r.mask) fail("store event: mask");
    for (int l = 0; l < LANES; l++) {
      if (!(r.mask >> l & 1)) continue;
      uint32_t v = r.size == 0 ? r.data[l] & 0xFF : r.size == 1 ? r.data[l] & 0xFFFF : r.data[l];
      if (word(top.tr_store_addr_o, l) != r.address[l] || word(top.tr_store_data_o, l) != v) {
        fail("store event: lane " + std::to_string(l));
      }
    }
    stores.pop_front();
  }

  void check_result() {
    uint64_t tag = top.wb_tag_o;
    auto it = expected.find(key(int(tag >> 22), uint32_t(tag & 0xFFFF)));
    if (it == expected.end()) fail("result that nobody expects");
    const Result& e = it->second;
    if ((tag >> 16 & 63) != e.request.rd || top.wb_mask_o != e.request.mask) {
      fail("result: rd or mask");
    }
    bool is_sc = e.request.op == ATOMIC && e.request.atomic == SC;
    if (is_sc) finish_sc(e.request);
    for (int l = 0; l < LANES && !is_sc; l++) {
      if (!(e.request.mask >> l & 1)) continue;
      if (word(top.wb_data_o, l) != e.data[l]) {
        char text[160];
        snprintf(text, sizeof text, "load lane %d at %08x: %08x, expected %08x (accepted %ld)", l,
                 e.request.address[l], word(top.wb_data_o, l), e.data[l], e.accepted);
        fail(text);
      }
    }
    last_latency = cycle - e.accepted;
    results++;
    expected.erase(it);
  }

  // One cycle; returns whether the request, if any, was accepted.
  bool step(const Request* request) {
    top.clk_i = 0;
    top.req_valid_i = request != nullptr;
    if (request) {
      top.req_op_i = request->op;
      top.req_atomic_i = request->atomic << 2 | request->order;
      top.req_size_i = request->size;
      top.req_unsigned_i = request->zero_extends;
      top.req_tag_i = uint64_t(request->warp) << 22 | uint64_t(request->rd) << 16 | request->seq;
      top.req_pc_i = 0x80000000 + 4 * request->seq;
      top.req_mask_i = request->mask;
      top.req_imm_i = request->imm;
      for (int l = 0; l < LANES; l++) {
        set_word(top.req_base_i, l, request->address[l] - request->imm);
        set_word(top.req_data_i, l, request->data[l]);
      }
    }
    top.wb_ready_i = !chance(wb_stall_percent);
    top.console_ready_i = !chance(console_stall_percent);
    top.mem_req_ready_i = !chance(memory.timing.stall_percent);
    memory.apply(cycle);
    int answer = memory.ready(cycle);
    top.mem_rsp_valid_i = answer >= 0;
    if (answer >= 0) {
      const auto& op = memory.operations[answer];
      top.mem_rsp_write_i = op.write;
      top.mem_rsp_tag_i = op.tag;
      top.mem_rsp_error_i = op.line == memory.error_line;
      for (int w = 0; w < 16; w++) {
        uint32_t v;
        memcpy(&v, &op.data[4 * w], 4);
        top.mem_rsp_data_i[w] = v;
      }
    }
    top.eval();

    if (top.fence_done_o) {
      if (fences.empty() || fences.front() != top.fence_warp_o) fail("fence_done");
      fences.pop_front();
      // With atomic operations the point where cores meet may hold a line back.
      if (!with_atomics) check_memory();
    }

    bool accepted = request && top.req_ready_o;
    bool faulty = accepted && request->op != FENCE && fault_of(*request).cause != 0;
    if (accepted && !faulty && !fault_expected) take(*request);
    if (faulty) fault_expected = true;
    if (top.tr_store_valid_o) check_store_event();
    if (top.wb_valid_o && top.wb_ready_i) check_result();
    if (top.console_valid_o && top.console_ready_i) {
      if (console.empty() || console.front() != top.console_data_o) fail("console byte");
      console.pop_front();
    }
    if (top.mem_req_valid_o && top.mem_req_ready_i) {
      uint8_t data[64];
      for (int w = 0; w < 16; w++) {
        uint32_t v = top.mem_req_data_o[w];
        memcpy(data + 4 * w, &v, 4);
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
    return accepted;
  }

  void check_memory() {
    for (const auto& [line, bytes] : golden.lines) {
      if (memory.at(line) != bytes && line != memory.error_line) {
        fail("memory differs at line " + std::to_string(line));
      }
    }
  }

  void drain() {
    for (int i = 0; top.pending_o || !expected.empty(); i++) {
      if (i > 20000) fail("does not drain");
      step(nullptr);
    }
  }

  void issue(Request r) {
    r.seq = next_seq;
    next_seq = (next_seq + 1) & 0xFFFF;
    for (int i = 0; !step(&r); i++) {
      if (i > 20000) fail("request never accepted");
    }
    for (int i = 0; sc_waits; i++) {
      if (i > 20000) fail("SC without a result");
      step(nullptr);
    }
  }

  uint32_t random_address(int pattern, int lane, uint32_t base, int size) {
    uint32_t a;
    switch (pattern) {
      case 0: a = base + (uint32_t(lane) << size); break;
      case 1: a = base; break;
      case 2: a = base + 64 * lane; break;
      case 3: a = 0x10000 + random() % 512; break;
      case 4: a = 0x10000 + random() % 0x10000; break;
      case 5: a = LOCAL + random() % 256; break;
      case 6: a = LOCAL + (base + 4 * lane) % LOCAL_BYTES; break;
      case 7: a = random() % 2 ? LOCAL + random() % 64 : 0x10000 + random() % 256; break;
      case 8: a = 0xFFFF0000u - (uint32_t(lane) << 13) - 64 + random() % 16; break;
      default: a = random() % 4 ? 0x10000 + random() % 64 : 0x40 + random() % 64; break;
    }
    return a & ~((1u << size) - 1);
  }

  Request random_request(bool console_too) {
    Request r;
    int kind = int(random() % 100);
    r.op = kind < 45 ? LOAD : kind < (with_atomics ? 84 : 99) ? STORE : kind < 99 ? ATOMIC : FENCE;
    r.size = r.op == ATOMIC ? 2 : int(random() % 3);
    r.atomic = ATOMICS[random() % 11];
    r.order = random() % 8 ? 0 : int(random() % 4);
    r.zero_extends = random() % 2;
    r.warp = int(random() % WARPS);
    r.rd = random() % 64;
    r.mask = random() % 3 ? uint32_t((uint64_t(1) << LANES) - 1) : random();
    r.mask &= uint32_t((uint64_t(1) << LANES) - 1);
    if (!r.mask) r.mask = 1;
    r.imm = uint32_t(int32_t(random() % 4096) - 2048);
    int pattern = int(random() % (console_too && r.op != ATOMIC ? 10 : 9));
    uint32_t base = 0x10000 + (random() % (random() % 2 ? 0x400 : 0x8000));
    if (r.op == ATOMIC && random() % 2) base = 0x10000 + random() % 128;
    for (int l = 0; l < LANES; l++) {
      r.address[l] = random_address(pattern, l, base, r.size);
      r.data[l] = random();
    }
    return r;
  }

  void random_run(long cycles) {
    fault_expected = false;
    reset();
    int idle_percent = int(random() % 3) * 30;
    long until = cycle + cycles;
    while (cycle < until) {
      if (chance(idle_percent)) {
        step(nullptr);
      } else {
        // A seq in use would make two results look alike.
        while (expected.size() > 40000) step(nullptr);
        Request r = random_request(true);
        issue(r);
        if (r.op != ATOMIC || r.atomic != LR) continue;
        // Else an SC would seldom follow a fitting LR.
        for (unsigned i = random() % 3; i > 0; i--) issue(random_request(true));
        r.atomic = SC;
        if (random() % 4 == 0) r.address[random() % LANES] ^= 4;
        if (random() % 4 == 0) r.mask = 1u << random() % LANES;
        issue(r);
      }
    }
    drain();
    check_memory();
    if (!stores.empty() || !console.empty() || !fences.empty()) fail("events missing");
    if (top.fault_valid_o) fail("fault without a cause");
  }

  // Random instructions of which some fault.
  void fault_run(int instructions) {
    fault_expected = false;
    reset();
    for (int i = 0; i < instructions; i++) {
      Request r = random_request(false);
      if (i == instructions / 2) {
        r.op = random() % 3 ? int(random() % 2 ? LOAD : STORE) : ATOMIC;
        if (r.op == ATOMIC) r.size = 2;
        do {
          for (int l = 0; l < LANES; l++) {
            if (random() % 4 == 0) {
              static const uint32_t bad[] = {0x10001, 0x10002, 0x10003, 0, 0x3c,
                                             LOCAL + LOCAL_BYTES, 0xFFFFFFFC, 0x30000};
              r.address[l] = bad[random() % 8];
            }
          }
          if (regions.empty() && r.size == 0) r.size = 2;
        } while (!fault_of(r).cause);
      } else if (r.op != FENCE && fault_of(r).cause) {
        continue;
      }
      bool first = !fault_expected;
      Fault fault = r.op == FENCE ? Fault{} : fault_of(r);
      uint32_t seq = next_seq;
      issue(r);
      if (fault.cause && first) {
        for (int i = 0; !top.fault_valid_o; i++) {
          if (i > 20000) fail("fault is not raised");
          step(nullptr);
        }
        if (top.fault_cause_o != fault.cause || top.fault_address_o != fault.address
            || top.fault_pc_o != 0x80000000 + 4 * seq || top.fault_mask_o != r.mask
            || top.fault_warp_o != r.warp ||
            top.fault_access_o
                != (r.op == STORE || (r.op == ATOMIC && r.atomic != LR) ? 2 : 1)) {
          char text[120];
          snprintf(text, sizeof text, "fault %d at %08x, expected %d at %08x",
                   int(top.fault_cause_o), top.fault_address_o, fault.cause, fault.address);
          fail(text);
        }
      }
    }
    drain();
    check_memory();
    if (!stores.empty() || !fences.empty()) fail("events missing");
  }

  // A memory error of a load names the load.
  void error_run() {
    fault_expected = false;
    memory.error_line = 0x20000 >> 6;
    reset();
    Request r;
    r.mask = 1;
    r.address[0] = 0x20004;
    issue(r);
    expected.clear();
    for (int i = 0; !top.fault_valid_o; i++) {
      if (i > 1000) fail("memory error without a fault");
      step(nullptr);
      if (top.wb_valid_o) break;
    }
    step(nullptr);
    if (!top.fault_valid_o || top.fault_cause_o != ACCESS || top.fault_access_o != 1) {
      fail("memory error of a load");
    }
    memory.error_line = 0xFFFFFFFF;
  }

  // Another core changes memory: visible after a fence, at the latest.
  void fence_run() {
    fault_expected = false;
    reset();
    Request r;
    r.mask = 1;
    r.address[0] = 0x18000;
    issue(r);
    drain();
    memory.at(0x18000 >> 6)[0] ^= 0x5A;
    golden.at(0x18000 >> 6)[0] ^= 0x5A;
    r.op = FENCE;
    issue(r);
    drain();
    r.op = LOAD;
    issue(r);
    drain();
  }

  // Instructions a cycle of a stream; addresses from the function of (instruction, lane).
  template <typename Address>
  double stream(int op, int count, Address address) {
    long start = cycle;
    for (int i = 0; i < count; i++) {
      Request r;
      r.op = op;
      r.warp = i % WARPS;
      r.mask = uint32_t((uint64_t(1) << LANES) - 1);
      for (int l = 0; l < LANES; l++) r.address[l] = address(i, l);
      issue(r);
    }
    drain();
    return double(count) / double(cycle - start);
  }

  void time_streams(int latency) {
    fault_expected = false;
    memory.timing = {latency, 0, 0};
    wb_stall_percent = console_stall_percent = 0;
    reset();
    auto word_of = [](uint32_t i, int l) { return 4 * (i * LANES + uint32_t(l)); };
    printf("memory latency %d, %d lanes; warp-instructions a cycle:\n", latency, LANES);
    memory.most_reads = 0;
    printf("  load stride-1, all lines miss   %.3f", stream(LOAD, 2000, [&](int i, int l) {
             return 0x100000 + word_of(i, l);
           }));
    printf("  (at most %d reads in flight)\n", memory.most_reads);
    stream(LOAD, 8192 / (4 * LANES), [&](int i, int l) { return 0x200000 + word_of(i, l); });
    printf("  load stride-1, hits             %.3f\n", stream(LOAD, 4000, [&](int i, int l) {
             return 0x200000 + word_of(i, l) % 8192;
           }));
    printf("  load broadcast, hits            %.3f\n",
           stream(LOAD, 4000, [&](int i, int) { return 0x200000u + 4 * i % 8192; }));
    printf("  load stride 64 bytes, hits      %.3f\n", stream(LOAD, 1000, [&](int i, int l) {
             return 0x200000u + 64 * (i * LANES + l) % 8192;
           }));
    printf("  load random in 8 KiB, hits      %.3f\n", stream(LOAD, 1000, [&](int, int) {
             return 0x200000u + 4 * (random() % 2048);
           }));
    printf("  load random in 1 MiB            %.3f\n", stream(LOAD, 1000, [&](int, int) {
             return 0x400000u + 4 * (random() % 262144);
           }));
    printf("  local load stride-1             %.3f\n", stream(LOAD, 4000, [&](int i, int l) {
             return LOCAL + word_of(i, l) % LOCAL_BYTES;
           }));
    printf("  local load broadcast            %.3f\n",
           stream(LOAD, 4000, [&](int i, int) { return LOCAL + 4 * i % LOCAL_BYTES; }));
    printf("  local load random               %.3f\n", stream(LOAD, 2000, [&](int, int) {
             return LOCAL + 4 * (random() % 2048);
           }));
    printf("  local store stride-1            %.3f\n", stream(STORE, 4000, [&](int i, int l) {
             return LOCAL + word_of(i, l) % LOCAL_BYTES;
           }));
    long writes = memory.writes;
    printf("  store stride-1                  %.3f", stream(STORE, 4000, [&](int i, int l) {
             return 0x300000 + word_of(i, l);
           }));
    printf("  (%.2f lines written a line's stores)\n",
           double(memory.writes - writes) / (4000.0 * LANES / 16));
    printf("  atomic add stride-1, 8 KiB      %.3f\n", stream(ATOMIC, 1000, [&](int i, int l) {
             return 0x200000 + word_of(i, l) % 8192;
           }));
    printf("  atomic add, one counter         %.3f\n",
           stream(ATOMIC, 500, [&](int, int) { return 0x200000u; }));
    printf("  local atomic add, stride-1      %.3f\n", stream(ATOMIC, 1000, [&](int i, int l) {
             return LOCAL + word_of(i, l) % LOCAL_BYTES;
           }));
    printf("  local atomic add, one counter   %.3f\n",
           stream(ATOMIC, 500, [&](int, int) { return LOCAL; }));
    printf("  copy (load, store), stride-1    ");
    long start = cycle;
    for (int i = 0; i < 2000; i++) {
      for (int op : {LOAD, STORE}) {
        Request r;
        r.op = op;
        r.warp = i % WARPS;
        r.mask = uint32_t((uint64_t(1) << LANES) - 1);
        for (int l = 0; l < LANES; l++) {
          r.address[l] = (op == LOAD ? 0x500000 : 0x600000) + word_of(i, l);
        }
        issue(r);
      }
    }
    drain();
    printf("%.3f\n", 4000.0 / double(cycle - start));
    Request r;
    r.mask = 1;
    r.address[0] = 0x200000;
    issue(r);
    drain();
    issue(r);
    drain();
    printf("  latency of a hit: %ld cycles", last_latency);
    r.address[0] = 0x700000;
    issue(r);
    drain();
    printf(", of a miss: %ld\n", last_latency);
  }
};

}  // namespace

int main(int argc, char** argv) {
  unsigned seed = 1;
  long cycles = 30000;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) == "--seed") seed = unsigned(atol(argv[i + 1]));
    if (std::string(argv[i]) == "--cycles") cycles = atol(argv[i + 1]);
  }
  Bench bench;
  bench.random.seed(seed);
  bench.memory.random.seed(seed);
  const MemoryModel::Timing timings[] = {{1, 0, 0}, {3, 0, 20}, {2, 40, 0}, {30, 0, 0},
                                         {10, 100, 50}, {1, 5, 80}};
  for (const auto& timing : timings) {
    for (int stall : {0, 50}) {
      bench.memory.timing = timing;
      bench.wb_stall_percent = stall;
      bench.console_stall_percent = stall;
      bench.regions.clear();
      bench.with_atomics = false;
      bench.random_run(cycles);
      bench.with_atomics = true;
      bench.random_run(cycles);
      bench.regions = {{0x10000, 0x8000, 3}, {0x18000, 0x10000, 3}, {0xFFF00000, 0xF0000, 3}};
      bench.random_run(cycles / 4);
    }
  }
  printf("random: %ld results checked; SC: %ld succeeded, %ld refused without a cause\n",
         bench.results, bench.sc_succeeded, bench.sc_refused);
  for (int i = 0; i < 400; i++) {
    bench.memory.timing = timings[i % 6];
    bench.regions.clear();
    if (i % 2) {
      bench.regions = {{0x10000, 0x200, 3}, {0x10200, 0x400, 1}, {0x10300, 0x8000, 2},
                       {0xFFF00000, 0xF0000, 7}, {0x30000, 16, 4}};
    }
    bench.fault_run(60);
  }
  printf("faults: 400 runs\n");
  bench.regions.clear();
  bench.error_run();
  bench.fence_run();
  bench.time_streams(30);
  bench.time_streams(100);
  printf("PASS\n");
  return 0;
}
