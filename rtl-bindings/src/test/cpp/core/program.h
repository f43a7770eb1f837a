// Random programs: every instruction class, with control flow that ends and data addresses that
// stay in the warp's own window or that of the first.
//
// Registers with a fixed role: x28 lanes active at the start, x29 loop counter, x2 data base,
// x20-x27 levels of SPLITs by depth. x3 and x4 are scratch of the generator's idioms. All others
// take random values, but x1 links.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace zl {

class Program {
 public:
  // raw: starts in lane 0 of warp 0, which spawns the other warps and waits for their end.
  Program(uint64_t seed, int warps, bool floats, bool raw)
      : random_(seed), warps_(warps), floats_(floats), raw_(raw) {}

  static constexpr uint32_t kBase = 0x80000000;

  std::vector<uint32_t> generate(int length, bool faults) {
    if (raw_) spawn();
    prologue();
    while (int(words_.size()) < length) {
      block(0);
      if (below(12) == 0) barrier();
      if (faults && below(length / 4) == 0) fault();
    }
    if (raw_) {
      emit(i(0x73, 2, 4, 0, int(0xcc1)));
      emit(branch(1, 4, 0, 16));
      emit(i(0x13, 0, 4, 0, 1));
      emit(r(0x0b, 1, 0, 0, 4, 0));      // wspawn 1, 0
      emit(i(0x73, 2, 5, 0, int(0xcc3)));  // csrr x5, active_warps: this one only
    }
    emit(0x0000000b);  // tmc x0
    return words_;
  }

 private:
  std::mt19937_64 random_;
  int warps_;
  bool floats_;
  bool raw_;
  bool in_loop_ = false;
  std::vector<uint32_t> words_;

  int below(int n) { return random_() % n; }
  void emit(uint32_t word) { words_.push_back(word); }
  int pc() const { return int(words_.size()) * 4; }

  static uint32_t r(uint32_t opcode, int f3, int f7, int rd, int rs1, int rs2) {
    return opcode | rd << 7 | f3 << 12 | rs1 << 15 | rs2 << 20 | uint32_t(f7) << 25;
  }
  static uint32_t i(uint32_t opcode, int f3, int rd, int rs1, int imm) {
    return opcode | rd << 7 | f3 << 12 | rs1 << 15 | uint32_t(imm & 0xfff) << 20;
  }
  static uint32_t s(uint32_t opcode, int f3, int rs1, int rs2, int imm) {
    return opcode | (imm & 31) << 7 | f3 << 12 | rs1 << 15 | rs2 << 20 |
           uint32_t(imm >> 5 & 0x7f) << 25;
  }
  static uint32_t branch(int f3, int rs1, int rs2, int offset) {
    return 0x63 | f3 << 12 | rs1 << 15 | rs2 << 20 | (offset >> 1 & 15) << 8 |
           (offset >> 5 & 63) << 25 | (offset >> 11 & 1) << 7 | uint32_t(offset >> 12 & 1) << 31;
  }
  static uint32_t jump(int rd, int offset) {
    return 0x6f | rd << 7 | (offset & 0xff000) | (offset >> 11 & 1) << 20 |
           (offset >> 1 & 0x3ff) << 21 | uint32_t(offset >> 20 & 1) << 31;
  }

  int source() { return below(32); }
  int target() {  // any register without a role; x0 too
    static const int free[] = {0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 30, 31};
    return free[below(sizeof free / sizeof *free)];
  }

  void spawn() {
    emit(0x17 | 5 << 7);                 // auipc x5, 0
    emit(i(0x13, 0, 5, 5, 16));
    emit(i(0x13, 0, 4, 0, warps_));
    emit(r(0x0b, 1, 0, 0, 4, 5));        // wspawn x4, x5: to the next word
    emit(i(0x13, 0, 4, 0, -1));
    emit(r(0x0b, 0, 0, 0, 4, 0));        // tmc x4
  }

  // Of all warps, with a number that differs from one to the next.
  void barrier() {
    emit(i(0x13, 0, 4, 0, below(warps_)));
    emit(i(0x13, 0, 3, 0, warps_));
    emit(r(0x0b, 4, 0, 0, 4, 3));
  }

  void prologue() {
    emit(i(0x73, 2, 28, 0, int(0xcc4)));      // csrr x28, active_lanes
    emit(i(0x73, 2, 2, 0, int(0xcc1)));       // csrr x2, warp_id
    emit(i(0x13, 1, 2, 2, 11));               // slli x2, x2, 11
    emit(0x37 | 3 << 7 | 0x10 << 12);         // lui x3, 0x10
    emit(r(0x33, 0, 0, 2, 2, 3));             // add x2, x2, x3
    emit(i(0x73, 2, 10, 0, int(0xf14)));      // csrr x10, mhartid
    emit(i(0x13, 0, 10, 10, 1));
    for (int k = 11; k < 20; k++) {
      emit(0x37 | k << 7 | uint32_t(random_()) << 12);
      emit(i(0x13, 0, k, k, below(4096)));
      emit(r(0x33, 0, 1, k, k, 10));          // mul k, k, x10
    }
    for (int k = 0; floats_ && k < 16; k++) {
      emit(r(0x53, below(2) ? 0 : 7, k & 1 ? 0x68 : 0x78, k, 11 + below(9), 0));
      if (!(k & 1)) words_.back() &= ~0x7000u;
    }
  }

  void block(int depth) {
    const int kind = below(100);
    if (kind < 62) {
      for (int n = 1 + below(6); n > 0; n--) plain();
    } else if (kind < 72) {
      skip();
    } else if (kind < 84 && depth < 3) {
      divergence(depth);
    } else if (kind < 88 && !in_loop_) {
      loop(depth);
    } else if (kind < 92) {
      call();
    } else if (kind < 95 && depth == 0) {
      predicate();
    } else {
      special();
    }
  }

  void plain() {
    const int kind = below(floats_ ? 100 : 60);
    if (kind < 22) {
      binary();
    } else if (kind < 36) {
      immediate();
    } else if (kind < 52) {
      access();
    } else if (kind < 56) {
      emit((below(2) ? 0x37u : 0x17u) | target() << 7 | uint32_t(random_()) << 12);
    } else if (kind < 60) {
      lanes();
    } else {
      floating();
    }
  }

  void binary() {
    static const int kinds[][2] = {
        {0, 0}, {0, 32}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {5, 32}, {6, 0}, {7, 0}, {0, 1},
        {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1}, {5, 7}, {7, 7}, {2, 16}, {4, 16},
        {6, 16}, {7, 32}, {6, 32}, {4, 32}, {4, 5}, {5, 5}, {6, 5}, {7, 5}, {1, 48}, {5, 48}};
    const auto& k = kinds[below(sizeof kinds / sizeof *kinds)];
    if (below(24) == 0) {
      emit(r(0x33, 4, 4, target(), source(), 0));  // zext.h
    } else {
      emit(r(0x33, k[0], k[1], target(), source(), source()));
    }
  }

  void immediate() {
    static const int shifts[][2] = {{1, 0}, {5, 0}, {5, 0x400}, {5, 0x600}};
    static const int unary[][2] = {{1, 0x600}, {1, 0x601}, {1, 0x602}, {1, 0x604},
                                   {1, 0x605}, {5, 0x287}, {5, 0x698}};
    const int kind = below(4);
    if (kind == 0) {
      const auto& k = shifts[below(4)];
      emit(i(0x13, k[0], target(), source(), k[1] | below(32)));
    } else if (kind == 1) {
      const auto& k = unary[below(7)];
      emit(i(0x13, k[0], target(), source(), k[1]));
    } else {
      static const int f3[] = {0, 2, 3, 4, 6, 7};
      emit(i(0x13, f3[below(6)], target(), source(), below(4096)));
    }
  }

  void access() {
    const int size = below(3);
    emit(i(0x13, 7, 3, source(), 0x3fc));  // andi x3, any, 0x3fc
    if (below(4)) {
      emit(r(0x33, 0, 0, 3, 3, 2));        // add x3, x3, x2
    } else {
      emit(0x37 | 4 << 7 | 0x10 << 12);    // the first warp's window
      emit(r(0x33, 0, 0, 3, 3, 4));
    }
    const int offset = below(256) << size & 0x3ff;
    for (int n = 1 + below(3); n > 0; n--) {
      if (floats_ && size == 2 && below(3) == 0) {
        emit(below(2) ? i(0x07, 2, below(32), 3, offset) : s(0x27, 2, 3, below(32), offset));
      } else if (below(2)) {
        emit(i(0x03, size | (size < 2 && below(2) ? 4 : 0), target(), 3, offset));
      } else {
        emit(s(0x23, size, 3, source(), offset));
      }
    }
  }

  void lanes() {
    const int f3 = below(8);
    if (f3 >= 4) {
      // Random controls are rarely valid: half of them get a full segment.
      if (below(2)) {
        emit(0x37 | 4 << 7);
        emit(i(0x13, 6, 4, 4, 31 << 6 | below(8)));
        emit(r(0x0b, f3, 1, target(), source(), 4));
      } else {
        emit(r(0x0b, f3, 1, target(), source(), source()));
      }
    } else {
      emit(r(0x0b, f3, 1, target(), source(), 0));
    }
  }

  int mode() {
    static const int modes[] = {0, 1, 2, 3, 7};
    return modes[below(5)];
  }

  void floating() {
    static const int opcodes[] = {0x43, 0x47, 0x4b, 0x4f};
    static const int arithmetic[] = {0x00, 0x04, 0x08, 0x0c};
    const int rd = below(32), a = below(32), b = below(32), c = below(32);
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        emit(r(opcodes[below(4)], mode(), c << 2, rd, a, b));
        return;
      case 4:
      case 5:
        emit(r(0x53, mode(), arithmetic[below(4)], rd, a, b));
        return;
      case 6: emit(r(0x53, mode(), 0x2c, rd, a, 0)); return;
      case 7: emit(r(0x53, below(3), 0x10, rd, a, b)); return;
      case 8: emit(r(0x53, below(2), 0x14, rd, a, b)); return;
      case 9: emit(r(0x53, below(3), 0x50, target(), a, b)); return;
      case 10:
        if (below(2)) emit(r(0x53, mode(), 0x60, target(), a, below(2)));
        else emit(r(0x53, mode(), 0x68, rd, source(), below(2)));
        return;
      default:
        if (below(2)) emit(r(0x53, below(2), 0x70, target(), a, 0));
        else emit(r(0x53, 0, 0x78, rd, source(), 0));
    }
  }

  // A uniform forward branch.
  void skip() {
    static const int f3[] = {0, 1, 4, 5, 6, 7};
    emit(r(0x0b, below(4), 1, 4, source(), 0));  // a vote
    const size_t at = words_.size();
    emit(0);
    for (int n = below(5); n > 0; n--) plain();
    words_[at] = branch(f3[below(6)], 4, 0, int(words_.size() - at) * 4);
  }

  void divergence(int depth) {
    const int level = 20 + depth;
    const bool negated = below(2);
    emit(i(0x13, 7, 4, source(), 1));                     // andi x4, any, 1
    emit(r(0x0b, 2, 0, level, 4, negated ? 1 : 0));       // split level, x4
    const size_t at = words_.size();
    emit(0);
    for (int n = 1 + below(2); n > 0; n--) block(depth + 1);
    const size_t exit = words_.size();
    emit(0);
    const int otherwise = pc();
    for (int n = below(3); n > 0; n--) block(depth + 1);
    words_[at] = branch(negated ? 1 : 0, 4, 0, otherwise - int(at) * 4);
    words_[exit] = jump(0, pc() - int(exit) * 4);
    emit(r(0x0b, 3, 0, 0, level, 0));                     // join level
  }

  void loop(int depth) {
    in_loop_ = true;
    emit(i(0x13, 0, 29, 0, 1 + below(6)));
    const int top = pc();
    for (int n = 1 + below(2); n > 0; n--) block(depth + 1);
    emit(i(0x13, 0, 29, 29, -1));
    emit(branch(1, 29, 0, top - pc()));
    in_loop_ = false;
  }

  // Over a function: jal over, function: ... ret, over: jal function.
  void call() {
    const size_t over = words_.size();
    emit(0);
    const int function = pc();
    for (int n = below(4); n > 0; n--) plain();
    emit(i(0x67, 0, 0, 1, 0));
    words_[over] = jump(0, pc() - int(over) * 4);
    emit(jump(1, function - pc()));
  }

  void fault() {
    // Often a second one behind it, found earlier in the pipeline when the first is an access.
    const bool twice = below(2);
    first_fault();
    if (twice) emit(0);
  }

  void first_fault() {
    switch (below(20)) {
      case 0: emit(0); return;
      case 1: emit(0x00000073); return;                                   // ecall
      case 2: emit(0x00100073); return;                                   // ebreak
      case 3: emit(i(0x73, 2, 5, 0, 0x7c0)); return;                      // unknown CSR
      case 4: emit(i(0x73, 1, 5, 6, int(0xcc0))); return;                 // write to a constant
      case 5: emit(i(0x03, 2, 5, 2, 1 + below(3))); return;               // misaligned load
      case 6: emit(s(0x23, 1, 2, 5, 1)); return;                          // misaligned store
      case 7: emit(i(0x03, 2, 5, 0, 0x10)); return;                       // unmapped load
      case 8: emit(s(0x23, 2, 0, 5, 0x10)); return;                       // unmapped store
      case 9:                                                             // lanes disagree
        emit(i(0x73, 2, 4, 0, int(0xcc0)));
        emit(branch(below(2), 4, 0, 8));
        emit(0x00000013);                                               // one lane goes on
        return;
      case 10:
        emit(i(0x73, 2, 4, 0, int(0xcc0)));
        emit(i(0x13, 1, 4, 4, 2));
        emit(i(0x67, 0, below(2), 4, 0));
        return;
      case 11: emit(i(0x67, 0, 1, 0, 0x12)); return;                      // misaligned targets
      case 12: emit(jump(1, 6)); return;
      case 13: emit(branch(0, 0, 0, below(2) ? 6 : -6)); return;
      case 14: emit(i(0x67, 0, 0, 0, 0x10)); return;                      // unmapped target
      case 15:                                                            // JOIN below the level
        emit(i(0x13, 0, 4, 0, 9));
        emit(r(0x0b, 3, 0, 0, 4, 0));
        return;
      case 16: emit(r(0x0b, 5, 0, 0, 0, 0)); return;                      // PRED without lanes
      case 17:                                                            // no such barrier
        emit(i(0x13, 0, 4, 0, 64));
        emit(r(0x0b, 4, 0, 0, 4, 4));
        return;
      case 18: emit(r(0x53, 5, 0, 1, 2, 3)); return;                      // rounding modes
      default:
        emit(i(0x73, 5, 0, 6, 2));
        emit(r(0x43, 7, 0, 1, 2, 3));
    }
  }

  // Fewer lanes for a while.
  void predicate() {
    emit(r(0x0b, 5, 0, below(2), source(), 28));
    for (int n = 1 + below(8); n > 0; n--) plain();
    emit(r(0x0b, 0, 0, 0, 28, 0));  // tmc x28
  }

  void special() {
    switch (below(10)) {
      case 9: emit(i(0x73, 2, target(), 0, 0xcd0 + below(16))); return;
      case 0: emit(0x0000700b); return;  // wsync
      case 1: emit(0x0ff0000f); return;  // fence
      case 2: emit(0x0000100f); return;  // fence.i
      case 3: emit(i(0x73, 2, target(), 0, 0xcc0)); return;
      case 4: emit(i(0x73, 5 + below(3), target(), below(32), 0x001)); return;
      case 5: emit(i(0x73, 5, target(), below(4), 0x002)); return;
      case 6: emit(i(0x73, 2, target(), 0, 0x003)); return;
      case 7: emit(i(0x73, 1 + below(3), target(), source(), 0x340)); return;
      default: emit(i(0x73, 2, target(), 0, below(2) ? 0xb00 : 0xb02)); return;
    }
  }
};

}  // namespace zl
