/*
 * Drives zl_fpu_fma, zl_fpu_div_sqrt and zl_fpu_misc and compares every active lane's result, the
 * flags, the tag, the mask and the latency with the host's arithmetic.
 *
 * Build, from the folder rtl-bindings (any C++20 compiler; the makefile variable names it):
 *
 *   mkdir -p target && verilator --cc --exe --build -O3 --assert --x-assign fast --x-initial fast \
 *     --top-module fpu_bench_top --Mdir target/fpu_bench -o fpu_bench \
 *     -MAKEFLAGS "CXX=clang++-19 OPT_FAST=-O3" -CFLAGS "-std=c++20 -frounding-math" \
 *     src/main/systemverilog/zl_fpu_pkg.sv src/main/systemverilog/zl_fpu_fma.sv \
 *     src/main/systemverilog/zl_fpu_div_sqrt.sv src/main/systemverilog/zl_fpu_misc.sv \
 *     src/test/cpp/fpu/fpu_bench_top.sv "$PWD/src/test/cpp/fpu/fpu_bench.cpp"
 *
 * Run: target/fpu_bench/fpu_bench [--seed S] [--count N] [--op NAME] [--speed]
 *
 * Every operation first meets all pairs or triples of the boundary set in all rounding modes, then
 * at least N random operations a rounding mode; last, each unit gets a stream in which operation,
 * rounding mode and mask change from one warp-instruction to the next. With --speed the time of
 * the simulated units is measured instead. Exit code 0: no difference; 1: a difference; 2: usage.
 */

#include <array>
#include <bit>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "Vfpu_bench_top.h"
#include "reference.h"
#include "stimulus.h"
#include "verilated.h"

namespace fpu {
namespace {

constexpr int LANES = 8;
constexpr uint8_t ALL_LANES = 0xff;
constexpr int FMA_LATENCY = 4;
constexpr int MISC_LATENCY = 2;
constexpr int DIV_SQRT_LONGEST = 20;

enum class Unit { FMA, DIV_SQRT, MISC };

using Reference = Outcome (*)(RoundingMode, uint32_t, uint32_t, uint32_t);
using Generator = Operands (Stimulus::*)();

struct Operation {
  const char* name;
  Unit unit;
  uint8_t code;
  int arity;
  bool integer_operand;
  Reference expected;
  Reference second_opinion;  // null where the reference has but one way
  Generator random;
};

template <class T, int ARITY>
constexpr Operation arithmetic_operation(const char* name, Unit unit, uint8_t code,
                                         Generator random) {
  return {name, unit, code, ARITY, false, arithmetic<T, ARITY>, from_integers<T, ARITY>, random};
}

constexpr Operation misc_operation(const char* name, uint8_t code, int arity, Reference expected,
                                   Generator random) {
  return {name, Unit::MISC, code, arity, random == &Stimulus::integer, expected, nullptr, random};
}

// The codes are those of zl_fpu_pkg.sv.
const Operation OPERATIONS[] = {
    arithmetic_operation<Add, 2>("fadd", Unit::FMA, 0, &Stimulus::addition),
    arithmetic_operation<Subtract, 2>("fsub", Unit::FMA, 1, &Stimulus::addition),
    arithmetic_operation<Multiply, 2>("fmul", Unit::FMA, 2, &Stimulus::multiply_add),
    arithmetic_operation<MultiplyAdd, 3>("fmadd", Unit::FMA, 3, &Stimulus::multiply_add),
    arithmetic_operation<MultiplySubtract, 3>("fmsub", Unit::FMA, 4, &Stimulus::multiply_add),
    arithmetic_operation<NegateMultiplySubtract, 3>("fnmsub", Unit::FMA, 5,
                                                    &Stimulus::multiply_add),
    arithmetic_operation<NegateMultiplyAdd, 3>("fnmadd", Unit::FMA, 6, &Stimulus::multiply_add),
    arithmetic_operation<Divide, 2>("fdiv", Unit::DIV_SQRT, 0, &Stimulus::division),
    arithmetic_operation<SquareRoot, 1>("fsqrt", Unit::DIV_SQRT, 1, &Stimulus::root),
    misc_operation("fsgnj", 0, 2, sign_injection<SIGN, 0, false>, &Stimulus::pair),
    misc_operation("fsgnjn", 1, 2, sign_injection<SIGN, SIGN, false>, &Stimulus::pair),
    misc_operation("fsgnjx", 2, 2, sign_injection<SIGN, 0, true>, &Stimulus::pair),
    misc_operation("fmin", 3, 2, min_max<false>, &Stimulus::pair),
    misc_operation("fmax", 4, 2, min_max<true>, &Stimulus::pair),
    misc_operation("feq", 5, 2, compare<Comparison::EQUAL>, &Stimulus::pair),
    misc_operation("flt", 6, 2, compare<Comparison::LESS>, &Stimulus::pair),
    misc_operation("fle", 7, 2, compare<Comparison::LESS_EQUAL>, &Stimulus::pair),
    misc_operation("fclass", 8, 1, classify, &Stimulus::number),
    misc_operation("fcvt.w.s", 9, 1, to_integer<int32_t>, &Stimulus::number),
    misc_operation("fcvt.wu.s", 10, 1, to_integer<uint32_t>, &Stimulus::number),
    misc_operation("fcvt.s.w", 11, 1, from_integer<int32_t>, &Stimulus::integer),
    misc_operation("fcvt.s.wu", 12, 1, from_integer<uint32_t>, &Stimulus::integer),
    misc_operation("fmv.x.w", 13, 1, move, &Stimulus::number),
    misc_operation("fmv.w.x", 14, 1, move, &Stimulus::integer),
};

constexpr const char* ROUNDING_MODE_NAMES[] = {"rne", "rtz", "rdn", "rup", "rmm"};

struct Warp {
  const Operation* operation;
  RoundingMode mode;
  uint8_t mask;
  uint8_t tag;
  std::array<Operands, LANES> operands;
};

struct Expected {
  Warp warp;
  std::array<Outcome, LANES> lanes;
  uint8_t flags;
  uint64_t accepted;  // number of the clock edge
};

struct Result {
  uint8_t tag;
  uint8_t mask;
  uint8_t flags;
  const EData* values;
};

// Thrown at the first difference, after it has been printed.
struct Mismatch {};

class Bench {
 public:
  explicit Bench(uint64_t seed)
      : top_(std::make_unique<Vfpu_bench_top>(&context_)), control_(~seed) {
    context_.fatalOnError(true);
    top_->rst_ni = 0;
    for (int i = 0; i < 4; i++) clock();
    top_->rst_ni = 1;
  }

  ~Bench() { top_->final(); }

  // One warp-instruction, sometimes after an idle cycle.
  void issue(const Warp& warp) {
    if ((control_.next() & 15) == 0) tick(nullptr);
    drive(warp);
    bool accepted = false;
    while (!accepted) accepted = tick(&warp);
  }

  // Waits until all results have been seen.
  void drain() {
    while (head_ != tail_) tick(nullptr);
    for (int i = 0; i < FMA_LATENCY; i++) tick(nullptr);
  }

  // Time of one warp-instruction in the model alone, in nanoseconds.
  double measure(const Operation& operation, Stimulus& stimulus) {
    constexpr int ROUNDS = 1'000'000;
    Warp warp{&operation, RNE, ALL_LANES, 0, {}};
    for (Operands& operands : warp.operands) operands = (stimulus.*operation.random)();
    drive(warp);
    top_->div_sqrt_ready_i = 1;
    set_valid(operation.unit, true);
    int issued = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < ROUNDS; i++) {
      issued += operation.unit != Unit::DIV_SQRT || top_->div_sqrt_ready_o;
      clock();
    }
    const std::chrono::duration<double, std::nano> elapsed =
        std::chrono::steady_clock::now() - start;
    set_valid(operation.unit, false);
    for (int i = 0; i < DIV_SQRT_LONGEST; i++) clock();
    return elapsed.count() / issued;
  }

  double measure_idle() {
    constexpr int ROUNDS = 10'000'000;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < ROUNDS; i++) clock();
    const std::chrono::duration<double, std::nano> elapsed =
        std::chrono::steady_clock::now() - start;
    return elapsed.count() / ROUNDS;
  }

 private:
  void clock() {
    top_->clk_i = 0;
    top_->eval();
    top_->clk_i = 1;
    top_->eval();
    edge_++;
  }

  void set_valid(Unit unit, bool valid) {
    top_->fma_valid_i = valid && unit == Unit::FMA;
    top_->div_sqrt_valid_i = valid && unit == Unit::DIV_SQRT;
    top_->misc_valid_i = valid && unit == Unit::MISC;
  }

  void drive(const Warp& warp) {
    top_->rm_i = warp.mode;
    top_->mask_i = warp.mask;
    top_->tag_i = warp.tag;
    for (int lane = 0; lane < LANES; lane++) {
      top_->a_i[lane] = warp.operands[lane].a;
      top_->b_i[lane] = warp.operands[lane].b;
      top_->c_i[lane] = warp.operands[lane].c;
    }
    switch (warp.operation->unit) {
      case Unit::FMA: top_->fma_op_i = warp.operation->code; break;
      case Unit::DIV_SQRT: top_->div_sqrt_op_i = warp.operation->code; break;
      case Unit::MISC: top_->misc_op_i = warp.operation->code; break;
    }
  }

  // One clock cycle; true if the offered warp-instruction was accepted.
  bool tick(const Warp* offered) {
    const Unit unit = offered ? offered->operation->unit : unit_;
    set_valid(unit, offered != nullptr);
    top_->div_sqrt_ready_i = (control_.next() & 7) != 0;
    const bool accepted = offered && (unit != Unit::DIV_SQRT || top_->div_sqrt_ready_o);
    if (top_->div_sqrt_valid_o && top_->div_sqrt_ready_i) {
      compare({top_->div_sqrt_tag_o, top_->div_sqrt_mask_o, top_->div_sqrt_flags_o,
               top_->div_sqrt_result_o.m_storage},
              Unit::DIV_SQRT);
    }
    if (accepted) {
      unit_ = unit;
      expect(*offered);
    }
    clock();
    if (top_->fma_valid_o) {
      compare({top_->fma_tag_o, top_->fma_mask_o, top_->fma_flags_o,
               top_->fma_result_o.m_storage},
              Unit::FMA);
    }
    if (top_->misc_valid_o) {
      compare({top_->misc_tag_o, top_->misc_mask_o, top_->misc_flags_o,
               top_->misc_result_o.m_storage},
              Unit::MISC);
    }
    if (head_ != tail_) check_age(expected_[head_ % expected_.size()]);
    return accepted;
  }

  void expect(const Warp& warp) {
    Expected& entry = expected_[tail_++ % expected_.size()];
    entry.warp = warp;
    entry.flags = 0;
    entry.accepted = edge_ + 1;
    for (int lane = 0; lane < LANES; lane++) {
      if (!(warp.mask >> lane & 1)) continue;
      const Operands& operands = warp.operands[lane];
      entry.lanes[lane] =
          warp.operation->expected(warp.mode, operands.a, operands.b, operands.c);
      entry.flags |= entry.lanes[lane].flags;
    }
  }

  void check_age(const Expected& entry) {
    const uint64_t age = edge_ - entry.accepted + 1;
    const Unit unit = entry.warp.operation->unit;
    // The divider's consumer may also hold a result back; 100 cycles of that do not happen.
    const uint64_t limit = unit == Unit::FMA    ? FMA_LATENCY - 1
                           : unit == Unit::MISC ? MISC_LATENCY - 1
                                                : DIV_SQRT_LONGEST + 100;
    if (age > limit) {
      std::printf("MISMATCH %s: no result %" PRIu64 " cycles after acceptance\n",
                  entry.warp.operation->name, age);
      throw Mismatch{};
    }
  }

  void compare(const Result& result, Unit unit) {
    if (head_ == tail_) {
      std::printf("MISMATCH: a result with tag %u that was not asked for\n", result.tag);
      throw Mismatch{};
    }
    const Expected& entry = expected_[head_++ % expected_.size()];
    const Warp& warp = entry.warp;
    const uint64_t latency = edge_ - entry.accepted + 1;
    const bool in_time = warp.operation->unit == unit &&
                         (unit == Unit::FMA    ? latency == FMA_LATENCY
                          : unit == Unit::MISC ? latency == MISC_LATENCY
                                               : true);
    if (!in_time || result.tag != warp.tag || result.mask != warp.mask) {
      std::printf("MISMATCH %s: latency %" PRIu64 ", tag %02x expected %02x, mask %02x "
                  "expected %02x\n",
                  warp.operation->name, latency, result.tag, warp.tag, result.mask, warp.mask);
      throw Mismatch{};
    }
    bool same = result.flags == entry.flags;
    for (int lane = 0; lane < LANES; lane++) {
      if (warp.mask >> lane & 1) same &= result.values[lane] == entry.lanes[lane].value;
    }
    if (!same) report(result, entry);
  }

  [[noreturn]] void report(const Result& result, const Expected& entry) {
    const Warp& warp = entry.warp;
    std::printf("MISMATCH %s.%s: mask %02x, flags %02x expected %02x\n", warp.operation->name,
                ROUNDING_MODE_NAMES[warp.mode], warp.mask, result.flags, entry.flags);
    for (int lane = 0; lane < LANES; lane++) {
      if (!(warp.mask >> lane & 1)) continue;
      const Operands& operands = warp.operands[lane];
      std::printf("  lane %d: %08x %08x %08x -> %08x expected %08x (flags %02x)%s\n", lane,
                  operands.a, operands.b, operands.c, result.values[lane],
                  entry.lanes[lane].value, entry.lanes[lane].flags,
                  result.values[lane] == entry.lanes[lane].value ? "" : "  <--");
    }
    throw Mismatch{};
  }

  VerilatedContext context_;
  std::unique_ptr<Vfpu_bench_top> top_;
  Random control_;
  Unit unit_ = Unit::FMA;
  uint64_t edge_ = 0;
  std::array<Expected, 8> expected_;
  size_t head_ = 0;
  size_t tail_ = 0;
};

// Gathers operations into warp-instructions.
class Feeder {
 public:
  Feeder(Bench& bench, const Operation& operation, RoundingMode mode) : bench_(bench) {
    warp_ = {&operation, mode, 0, 0, {}};
  }

  void add(const Operands& operands) {
    check_reference(operands);
    warp_.operands[lane_] = operands;
    warp_.mask |= 1 << lane_;
    if (++lane_ == LANES) flush();
  }

  void flush() {
    if (lane_ == 0) return;
    bench_.issue(warp_);
    count_ += lane_;
    warp_.tag++;
    warp_.mask = 0;
    lane_ = 0;
  }

  uint64_t count() const { return count_; }

 private:
  void check_reference(const Operands& operands) {
    const Operation& operation = *warp_.operation;
    if (!operation.second_opinion) return;
    const auto [a, b, c] = operands;
    const Outcome host = operation.expected(warp_.mode, a, b, c);
    const Outcome integers = operation.second_opinion(warp_.mode, a, b, c);
    if (host == integers) return;
    std::printf("REFERENCES DIFFER %s.%s: %08x %08x %08x -> %08x flags %02x, "
                "in integers %08x flags %02x\n",
                operation.name, ROUNDING_MODE_NAMES[warp_.mode], a, b, c, host.value, host.flags,
                integers.value, integers.flags);
    throw Mismatch{};
  }

  Bench& bench_;
  Warp warp_;
  int lane_ = 0;
  uint64_t count_ = 0;
};

uint64_t run_directed(Bench& bench, const Operation& operation, RoundingMode mode) {
  static const std::vector<uint32_t> numbers = boundary_set();
  static const std::vector<uint32_t> integers = integer_boundary_set();
  Feeder feeder(bench, operation, mode);
  switch (operation.arity) {
    case 1:
      for (uint32_t a : operation.integer_operand ? integers : numbers) feeder.add({a, 0, 0});
      break;
    case 2:
      for (uint32_t a : numbers)
        for (uint32_t b : numbers) feeder.add({a, b, ~a});
      break;
    default:
      for (uint32_t a : numbers)
        for (uint32_t b : numbers)
          for (uint32_t c : numbers) feeder.add({a, b, c});
      break;
  }
  feeder.flush();
  return feeder.count();
}

uint64_t issue_random(Bench& bench, Stimulus& stimulus, const Operation& operation,
                      RoundingMode mode) {
  const uint64_t choice = stimulus.random().next();
  Warp warp{&operation, mode, ALL_LANES, static_cast<uint8_t>(choice), {}};
  if ((choice >> 8 & 15) == 0) warp.mask = static_cast<uint8_t>(choice >> 16);
  for (Operands& operands : warp.operands) operands = (stimulus.*operation.random)();
  bench.issue(warp);
  return std::popcount(warp.mask);
}

uint64_t run_random(Bench& bench, Stimulus& stimulus, const Operation& operation,
                    RoundingMode mode, uint64_t count) {
  uint64_t done = 0;
  while (done < count) done += issue_random(bench, stimulus, operation, mode);
  return done;
}

// Operations of one unit in any order and mode, back to back.
uint64_t run_mixed(Bench& bench, Stimulus& stimulus, Unit unit, uint64_t count) {
  std::vector<const Operation*> operations;
  for (const Operation& operation : OPERATIONS)
    if (operation.unit == unit) operations.push_back(&operation);
  uint64_t done = 0;
  while (done < count) {
    const Operation& operation = *operations[stimulus.random().below(operations.size())];
    const auto mode = static_cast<RoundingMode>(stimulus.random().below(ROUNDING_MODES));
    done += issue_random(bench, stimulus, operation, mode);
  }
  bench.drain();
  return done;
}

struct Options {
  uint64_t seed = 1;
  uint64_t count = 100'000;
  std::string_view operation;
  bool speed = false;
};

[[noreturn]] void usage(const std::string& complaint) {
  std::fprintf(stderr,
               "fpu_bench: %s\nusage: fpu_bench [--seed S] [--count N] [--op NAME] [--speed]\n",
               complaint.c_str());
  std::exit(2);
}

uint64_t parse_number(const std::string& option, const char* text) {
  char* end = nullptr;
  const uint64_t number = std::strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end)
    usage(option + " takes a decimal number, not '" + text + "'");
  return number;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    const std::string option = argv[i];
    if (option == "--speed") {
      options.speed = true;
      continue;
    }
    if (option != "--seed" && option != "--count" && option != "--op")
      usage("unknown option '" + option + "'");
    if (++i == argc) usage(option + " needs a value");
    if (option == "--op") {
      options.operation = argv[i];
    } else {
      (option == "--seed" ? options.seed : options.count) = parse_number(option, argv[i]);
    }
  }
  return options;
}

void measure(const Options& options) {
  Bench bench(options.seed);
  Stimulus stimulus(options.seed);
  std::printf("%-10s %8.1f ns a cycle\n", "idle", bench.measure_idle());
  for (const Operation& operation : OPERATIONS) {
    if (!options.operation.empty() && options.operation != operation.name) continue;
    std::printf("%-10s %8.1f ns a warp-instruction of %d lanes\n", operation.name,
                bench.measure(operation, stimulus), LANES);
  }
}

int check(const Options& options) {
  uint64_t total = 0;
  bool found = false;
  Bench bench(options.seed);
  try {
    for (const Operation& operation : OPERATIONS) {
      if (!options.operation.empty() && options.operation != operation.name) continue;
      found = true;
      uint64_t directed = 0;
      uint64_t random = 0;
      const auto start = std::chrono::steady_clock::now();
      for (unsigned mode = 0; mode < ROUNDING_MODES; mode++) {
        // A stream of its own for each class, so that --op finds the same operands again.
        Stimulus stimulus(options.seed * 1000 + (&operation - OPERATIONS) * ROUNDING_MODES + mode);
        directed += run_directed(bench, operation, static_cast<RoundingMode>(mode));
        random += run_random(bench, stimulus, operation, static_cast<RoundingMode>(mode),
                             options.count);
        bench.drain();
      }
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      std::printf("%-10s %10" PRIu64 " directed %12" PRIu64 " random, 5 modes, %.1f s\n",
                  operation.name, directed, random, elapsed.count());
      std::fflush(stdout);
      total += directed + random;
    }
    if (!found) usage("no operation '" + std::string(options.operation) + "'");
    if (options.operation.empty()) {
      for (Unit unit : {Unit::FMA, Unit::DIV_SQRT, Unit::MISC}) {
        Stimulus stimulus(~options.seed - static_cast<uint64_t>(unit));
        total += run_mixed(bench, stimulus, unit, options.count);
      }
    }
  } catch (const Mismatch&) {
    return 1;
  }
  std::printf("PASS %" PRIu64 " operations\n", total);
  return 0;
}

}  // namespace
}  // namespace fpu

int main(int argc, char** argv) {
  const fpu::Options options = fpu::parse(argc, argv);
  if (options.speed) {
    fpu::measure(options);
    return 0;
  }
  return fpu::check(options);
}
