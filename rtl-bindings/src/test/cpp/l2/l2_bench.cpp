// Random line reads, writes and atomic additions of several cores on the shared L2.
//
//   l2_bench [--seed N]
//
// Checks that every read returns what some order of all accesses allows, that old values of
// additions are all different, that errors of memory reach whom they concern, that memory and
// L2 agree in the end, that nothing old is seen after a launch, and that a reset in the midst of
// everything, also with a memory that does not answer, leaves nothing behind.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "Vzl_l2.h"
#include "history.h"
#include "verilated.h"

namespace {

constexpr int CORES = BENCH_CORES;
constexpr int TAG_W = 6;
constexpr uint32_t HOT = 6;        // lines that most accesses go to
constexpr uint32_t LINES = 600;    // several times what the smallest L2 holds
constexpr uint32_t ERROR_LINE = 590;  // memory refuses accesses from here on
constexpr uint32_t COUNTERS = 4;   // first words of the hot lines, only added to
constexpr int ADD = 0;

using Line = std::array<uint32_t, 16>;

template <typename Port>
uint64_t bits(const Port& port, int low, int width) {
  uint64_t value = 0;
  for (int i = 0; i < width; i++) {
    uint64_t bit;
    if constexpr (std::is_integral_v<Port>) {
      bit = uint64_t(port) >> (low + i) & 1;
    } else {
      bit = port[(low + i) / 32] >> ((low + i) % 32) & 1;
    }
    value |= bit << i;
  }
  return value;
}

template <typename Port>
void set_bits(Port& port, int low, int width, uint64_t value) {
  for (int i = 0; i < width; i++) {
    uint64_t bit = value >> i & 1;
    if constexpr (std::is_integral_v<Port>) {
      port = Port((uint64_t(port) & ~(uint64_t(1) << (low + i))) | bit << (low + i));
    } else {
      uint32_t& word = port[(low + i) / 32];
      word = (word & ~(1u << ((low + i) % 32))) | uint32_t(bit) << ((low + i) % 32);
    }
  }
}

enum class Kind { READ, WRITE, ATOMIC };

struct Request {
  bool open = false;
  bool sent = false;
  Kind kind = Kind::READ;
  uint32_t line = 0;
  uint16_t words = 0;
  Line data{};
  long began = 0;
};

// One beat on its way to or from memory.
struct Transfer {
  bool write;
  uint32_t line;
  unsigned tag;
  Line data;
  uint64_t strobe;
  bool applied = false;
  long apply_at;
  long answer_at;
};

struct Timing {
  int latency;
  int jitter;
  int stall_percent;
};

struct Bench {
  Vzl_l2 top;
  std::mt19937 random;
  Timing timing;
  long cycle = 0;
  bool held = false;  // memory neither accepts nor answers
  unsigned epoch = 0;
  uint32_t next_value = 0;
  std::vector<Line> memory;
  std::vector<Transfer> transfers;
  Request requests[CORES][1 << TAG_W];
  int offered[CORES];  // tag of the request at the port, or -1
  std::map<uint32_t, std::unique_ptr<History>> histories;  // by word
  std::map<uint32_t, std::set<uint32_t>> seen;             // old values of additions, by word
  std::map<uint32_t, uint32_t> added;                      // additions that were begun
  std::set<uint32_t> unanswered;  // lines with writes from before a reset
  long answers = 0, hits = 0, misses = 0, errors = 0;

  Bench(unsigned seed, Timing timing) : random(seed), timing(timing), memory(LINES) {
    for (int& tag : offered) tag = -1;
    for (uint32_t line = 0; line < LINES; line++) {
      for (uint32_t w = 0; w < 16; w++) {
        memory[line][w] = is_counter(line, w) ? 0 : next_value++;
        histories[line * 16 + w] = std::make_unique<History>(memory[line][w]);
      }
    }
    top.rst_ni = 0;
    top.cores_rst_ni = 0;
    step(false);
    step(false);
    top.rst_ni = 1;
    top.cores_rst_ni = 1;
  }

  static bool is_counter(uint32_t line, uint32_t w) { return line < HOT && w < COUNTERS; }

  [[noreturn]] void fail(const std::string& what) {
    fprintf(stderr, "cycle %ld: %s\n", cycle, what.c_str());
    exit(1);
  }

  uint32_t below(uint32_t limit) { return uint32_t(random() % limit); }

  // A core reads a line several times at once at most, or does one other thing with it.
  bool allowed(int core, Kind kind, uint32_t line) {
    int reads = 0;
    for (const Request& r : requests[core]) {
      if (!r.open || r.line != line) continue;
      if (kind != Kind::READ || r.kind != Kind::READ) return false;
      reads++;
    }
    return reads < 2;
  }

  void choose(int core) {
    int tag = int(below(1 << TAG_W));
    Request& r = requests[core][tag];
    uint32_t kind = below(10);
    Request next;
    next.kind = kind < 6 ? Kind::READ : kind < 9 ? Kind::WRITE : Kind::ATOMIC;
    next.line = next.kind == Kind::ATOMIC || below(3) != 0 ? below(HOT) : below(LINES);
    if (r.open || !allowed(core, next.kind, next.line)) return;
    next.open = true;
    next.began = cycle;
    for (uint32_t w = 0; w < 16; w++) {
      uint32_t address = next.line * 16 + w;
      if (next.kind == Kind::READ || below(3) == 0) continue;
      if (is_counter(next.line, w) != (next.kind == Kind::ATOMIC)) continue;
      next.words |= uint16_t(1 << w);
      next.data[w] = next.kind == Kind::ATOMIC ? 1 : next_value++;
      if (next.kind == Kind::ATOMIC) added[address]++;
      else if (next.line < ERROR_LINE) histories[address]->begin(next.data[w], cycle);
    }
    if (next.kind != Kind::READ && next.words == 0) return;
    r = next;
    offered[core] = tag;
    top.core_req_valid_i |= 1 << core;
    set_bits(top.core_req_write_i, core, 1, r.kind == Kind::WRITE);
    set_bits(top.core_req_atomic_i, 6 * core, 6, r.kind == Kind::ATOMIC ? 0x20 | ADD : 0);
    set_bits(top.core_req_line_i, 26 * core, 26, r.line);
    set_bits(top.core_req_tag_i, TAG_W * core, TAG_W, unsigned(tag));
    for (int w = 0; w < 16; w++) {
      top.core_req_data_i[16 * core + w] = r.data[w];
      set_bits(top.core_req_strb_i, 64 * core + 4 * w, 4, r.words >> w & 1 ? 15 : 0);
    }
  }

  void answered(int core) {
    unsigned tag = unsigned(bits(top.core_rsp_tag_o, TAG_W * core, TAG_W));
    Request& r = requests[core][tag];
    if (!r.open || !r.sent) fail("core " + std::to_string(core) + ": an answer nobody waits for");
    r.open = false;
    answers++;
    if (bits(top.core_rsp_write_o, core, 1) != (r.kind == Kind::WRITE)) fail("wrong kind");
    bool error = bits(top.core_rsp_error_o, core, 1);
    if (error != (r.line >= ERROR_LINE)) fail("line " + std::to_string(r.line) + ": wrong error");
    if (error) {
      errors++;
      return;
    }
    for (uint32_t w = 0; w < 16; w++) {
      uint32_t address = r.line * 16 + w;
      uint32_t value = top.core_rsp_data_o[16 * core + w];
      bool chosen = r.words >> w & 1;
      if (r.kind == Kind::WRITE) {
        if (chosen) histories[address]->end(r.data[w], cycle);
      } else if (r.kind == Kind::ATOMIC) {
        if (chosen && !seen[address].insert(value).second) fail("two additions saw one value");
      } else if (is_counter(r.line, w)) {
        if (value > added[address]) fail("a counter is ahead of its additions");
      } else if (!histories[address]->sees(value, r.began, cycle)) {
        fail("line " + std::to_string(r.line) + " word " + std::to_string(w) + " is "
             + std::to_string(value) + ", read since cycle " + std::to_string(r.began));
      }
    }
  }

  // Some transfer that may be applied, or answered, in this cycle; those of a tag stay in order.
  int ready_transfer() {
    bool blocked[2][64] = {};
    int ready = -1;
    for (size_t i = 0; i < transfers.size(); i++) {
      Transfer& t = transfers[i];
      if (blocked[t.write][t.tag]) continue;
      blocked[t.write][t.tag] = true;
      if (!t.applied && cycle >= t.apply_at) {
        t.applied = true;
        if (!t.write) {
          t.data = memory[t.line];
        } else if (t.line < ERROR_LINE) {
          for (int w = 0; w < 16; w++) {
            if (t.strobe >> (4 * w) & 1) memory[t.line][w] = t.data[w];
          }
        }
      }
      if (t.applied && cycle >= t.answer_at && ready < 0) ready = int(i);
    }
    return ready;
  }

  void accept() {
    Transfer t{};
    t.write = top.out_req_write_o;
    t.line = top.out_req_line_o;
    t.tag = top.out_req_tag_o;
    if (t.line >= LINES) fail("memory is asked for a line nobody wants");
    if (t.write) {
      memcpy(t.data.data(), &top.out_req_data_o[0], 64);
      t.strobe = top.out_req_strb_o;
    }
    for (const Transfer& other : transfers) {
      if (other.line == t.line && !(other.write && t.write && other.tag == t.tag)) {
        fail("memory is asked for a line that is on its way");
      }
    }
    t.answer_at = cycle + timing.latency + (timing.jitter ? below(timing.jitter + 1) : 0);
    t.apply_at = cycle + 1 + below(uint32_t(t.answer_at - cycle));
    transfers.push_back(t);
  }

  void step(bool issue) {
    top.clk_i = 0;
    top.epoch_i = epoch;
    for (int c = 0; c < CORES; c++) {
      if (issue && offered[c] < 0 && below(100) < 60) choose(c);
    }
    top.core_rsp_ready_i = random();
    if (timing.stall_percent == 0) top.core_rsp_ready_i = (1 << CORES) - 1;
    top.core_rsp_ready_i &= (1 << CORES) - 1;
    top.out_req_ready_i = !held && int(below(100)) >= timing.stall_percent;
    int answer = held ? -1 : ready_transfer();
    top.out_rsp_valid_i = answer >= 0;
    if (answer >= 0) {
      const Transfer& t = transfers[answer];
      top.out_rsp_write_i = t.write;
      top.out_rsp_tag_i = t.tag;
      top.out_rsp_error_i = t.line >= ERROR_LINE;
      memcpy(&top.out_rsp_data_i[0], t.data.data(), 64);
    }
    top.eval();
    for (int c = 0; c < CORES; c++) {
      if (bits(top.core_rsp_valid_o & top.core_rsp_ready_i, c, 1)) answered(c);
      hits += bits(top.perf_hit_o, c, 1);
      misses += bits(top.perf_miss_o, c, 1);
    }
    unsigned taken = top.core_req_valid_i & top.core_req_ready_o;
    if (top.out_req_valid_o && top.out_req_ready_i && top.rst_ni) accept();
    if (answer >= 0 && top.out_rsp_ready_o) transfers.erase(transfers.begin() + answer);
    top.clk_i = 1;
    top.eval();
    for (int c = 0; c < CORES; c++) {
      if (!(taken >> c & 1)) continue;
      requests[c][offered[c]].sent = true;
      offered[c] = -1;
      top.core_req_valid_i &= ~(1 << c);
    }
    cycle++;
  }

  bool waiting() const {
    for (const auto& core : requests) {
      for (const Request& r : core) {
        if (r.open) return true;
      }
    }
    return top.busy_o || !transfers.empty();
  }

  void drain() {
    for (int i = 0; waiting(); i++) {
      if (i > 20000) fail("does not become quiet");
      step(false);
    }
    unanswered.clear();
  }

  // The host writes some words, none that an old write may still reach, and work begins.
  void launch() {
    for (int i = 0; i < 200; i++) {
      uint32_t line = below(4) ? below(ERROR_LINE) : below(HOT);
      uint32_t w = below(16);
      if (is_counter(line, w) || unanswered.count(line)) continue;
      memory[line][w] = next_value++;
      histories[line * 16 + w]->begin(memory[line][w], cycle);
      histories[line * 16 + w]->end(memory[line][w], cycle);
    }
    top.launch_i = 1;
    step(false);
    top.launch_i = 0;
  }

  // The cores forget what they have asked for. What they wrote may or may not be there.
  void reset() {
    for (auto& core : requests) {
      for (Request& r : core) {
        if (r.open && r.kind == Kind::WRITE) unanswered.insert(r.line);
        r = Request{};
      }
    }
    for (int& tag : offered) tag = -1;
    top.core_req_valid_i = 0;
    top.cores_rst_ni = 0;
    for (int i = 0; i < 4; i++) step(false);
    epoch = (epoch + 1) & 3;
    top.cores_rst_ni = 1;
  }

  // In the end memory and the L2 hold the same, and no addition is lost.
  void compare(bool complete) {
    drain();
    std::vector<Line> before = memory;
    for (uint32_t line = 0; line < LINES; line++) {
      for (uint32_t w = 0; w < 16; w++) {
        uint32_t address = line * 16 + w;
        if (is_counter(line, w)) {
          uint32_t least = uint32_t(complete ? added[address] : seen[address].size());
          if (memory[line][w] < least || memory[line][w] > added[address]) fail("additions lost");
        } else if (line < ERROR_LINE && !histories[address]->sees(memory[line][w], cycle, cycle)) {
          fail("line " + std::to_string(line) + ": memory holds an old value");
        }
      }
    }
    // Every read from now on must see what memory holds, because it has just been seen there.
    for (int i = 0; i < 4000; i++) step(i < 3000);
    drain();
  }
};

}  // namespace

int main(int argc, char** argv) {
  unsigned seed = 1;
  if (argc == 3 && std::string(argv[1]) == "--seed") seed = unsigned(atol(argv[2]));
  const Timing timings[] = {{1, 0, 0}, {3, 60, 30}, {30, 0, 0}, {1, 3, 80}};
  long answers = 0, hits = 0, misses = 0, errors = 0;
  for (int i = 0; i < 12; i++) {
    Bench bench(seed + i, timings[i % 4]);
    for (int launch = 0; launch < 3; launch++) {
      bench.launch();
      for (int c = 0; c < 8000; c++) bench.step(true);
      bench.compare(true);
    }
    for (int reset = 0; reset < 40; reset++) {
      bench.launch();
      // Often so soon that the lines in use are on their way, with what the host then changes.
      int cycles = int(bench.below(reset % 4 ? 50 : 400));
      for (int c = 0; c < cycles; c++) bench.step(true);
      bench.held = bench.below(2);
      for (int c = 0; c < 60; c++) bench.step(true);
      bench.reset();
      bench.launch();
      for (int c = 0; c < 100; c++) bench.step(true);
      bench.held = false;
      for (int c = 0; c < 200; c++) bench.step(true);
      bench.drain();
    }
    bench.compare(false);
    answers += bench.answers;
    hits += bench.hits;
    misses += bench.misses;
    errors += bench.errors;
  }
  printf("answers: %ld; reads that hit: %ld, missed: %ld; errors: %ld\nPASS\n", answers, hits,
         misses, errors);
  return 0;
}
