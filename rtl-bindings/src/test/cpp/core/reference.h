// A warp-instruction interpreter that follows the core's issue events and predicts results.
//
// It is written against the machine contract, not against the RTL: one function executes one
// instruction of one warp on all active lanes, in the order of the issue events, which is also the
// order of memory accesses.
#pragma once

#include <array>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace zl {

constexpr uint32_t kNan = 0x7fc00000;

// Two windows of 2 MiB: low memory, and from 0x80000000.
class Memory {
 public:
  Memory() : bytes_(4u << 20) {}
  uint8_t& at(uint32_t address) {
    return bytes_[(address & 0x1fffff) | (address >> 31) << 21];
  }
  uint32_t word(uint32_t address) {
    uint32_t value;
    std::memcpy(&value, &at(address & ~3u), 4);
    return value;
  }
  void write(uint32_t address, uint32_t data, int size) {
    for (int i = 0; i < size; i++) at(address + i) = data >> (8 * i);
  }

 private:
  std::vector<uint8_t> bytes_;
};

template <int L>
using Row = std::array<uint32_t, L>;

template <int L>
struct Entry {
  bool switched;
  uint32_t pc, whole, other;
};

template <int L>
struct Warp {
  bool active = false;
  uint32_t pc = 0, mask = 0, mscratch = 0, frm = 0, fflags = 0;
  std::array<Row<L>, 64> registers{};
  std::vector<Entry<L>> stack;
  std::map<uint32_t, Row<L>> place;  // workgroup CSRs; zero when absent
};

template <int L>
struct Result {
  int rd = -1;  // 0-31 integer, 32-63 float
  uint32_t mask = 0;
  Row<L> data{};
  bool free = false;  // the value depends on timing
  bool store = false;
  Row<L> addresses{}, stored{};
};

struct Fault : std::runtime_error {
  int cause;
  uint32_t address;
  Fault(int cause, uint32_t address = 0)
      : std::runtime_error("fault " + std::to_string(cause)), cause(cause), address(address) {}
};

inline float as_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}
inline uint32_t as_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return (bits & 0x7fffffff) > 0x7f800000 ? kNan : bits;
}
inline bool is_nan(uint32_t bits) { return (bits & 0x7fffffff) > 0x7f800000; }
inline bool is_signalling(uint32_t bits) { return is_nan(bits) && !(bits >> 22 & 1); }

template <int W, int L>
class Reference {
 public:
  std::array<Warp<L>, W> warps;
  Memory memory;

  // Executes the warp's next instruction; throws Fault.
  Result<L> step(int w) {
    Warp<L>& s = warps[w];
    if (s.pc < 0x40) throw Fault(3, s.pc);
    const uint32_t i = memory.word(s.pc);
    Result<L> r;
    r.mask = s.mask;
    uint32_t next = s.pc + 4;
    const int rd = i >> 7 & 31, rs1 = i >> 15 & 31, rs2 = i >> 20 & 31, rs3 = i >> 27;
    const int f3 = i >> 12 & 7, f7 = i >> 25;
    const uint32_t imm_i = int32_t(i) >> 20;
    const int leader = 31 - __builtin_clz(s.mask);
    const Row<L>&a = s.registers[rs1], &b = s.registers[rs2];
    const Row<L>&fa = s.registers[32 + rs1], &fb = s.registers[32 + rs2],
          &fc = s.registers[32 + rs3];
    auto each = [&](int reg, auto f) {
      r.rd = reg == 0 ? -1 : reg;
      for (int l = 0; l < L; l++) {
        if (s.mask >> l & 1) r.data[l] = f(l);
      }
    };
    switch (i & 127) {
      case 0x37: each(rd, [&](int) { return i & ~0xfffu; }); break;
      case 0x17: each(rd, [&](int) { return s.pc + (i & ~0xfffu); }); break;
      case 0x6f: {
        const uint32_t offset = (int32_t(i) >> 31 << 20) | (i & 0xff000) | (i >> 9 & 0x800) |
                                (i >> 20 & 0x7fe);
        next = s.pc + offset;
        if (next & 2) throw Fault(2, next);
        each(rd, [&](int) { return s.pc + 4; });
        break;
      }
      case 0x67: {
        next = (a[leader] + imm_i) & ~1u;
        for (int l = 0; l < L; l++) {
          if ((s.mask >> l & 1) && ((a[l] + imm_i) & ~1u) != next) throw Fault(4);
        }
        if (next & 2) throw Fault(2, next);
        each(rd, [&](int) { return s.pc + 4; });
        break;
      }
      case 0x63: {
        const uint32_t offset = (int32_t(i) >> 31 << 12) | (i << 4 & 0x800) | (i >> 20 & 0x7e0) |
                                (i >> 7 & 0x1e);
        uint32_t taken = 0;
        for (int l = 0; l < L; l++) {
          const int32_t x = a[l], y = b[l];
          const bool t = f3 == 0   ? x == y
                         : f3 == 1 ? x != y
                         : f3 == 4 ? x < y
                         : f3 == 5 ? x >= y
                         : f3 == 6 ? a[l] < b[l]
                                   : a[l] >= b[l];
          taken |= uint32_t(t) << l;
        }
        taken &= s.mask;
        if (taken && taken != s.mask) throw Fault(4);
        if (taken) next = s.pc + offset;
        if (next & 2) throw Fault(2, next);
        break;
      }
      case 0x03:
      case 0x07: {
        check_accesses(s, a, imm_i, f3);
        each((i & 4) ? 32 + rd : rd, [&](int l) {
          const uint32_t address = a[l] + imm_i;
          uint32_t value = memory.word(address) >> (8 * (address & 3));
          if (f3 == 0) value = int8_t(value);
          if (f3 == 1) value = int16_t(value);
          if (f3 == 4) value = uint8_t(value);
          if (f3 == 5) value = uint16_t(value);
          return value;
        });
        break;
      }
      case 0x23:
      case 0x27: {
        const uint32_t offset = (int32_t(i) >> 25 << 5) | (i >> 7 & 31);
        check_accesses(s, a, offset, f3);
        r.store = true;
        for (int l = 0; l < L; l++) {
          r.addresses[l] = a[l] + offset;
          r.stored[l] = ((i & 4) ? fb[l] : b[l]) & (f3 == 2 ? ~0u : (1u << (8 << f3)) - 1);
          if (s.mask >> l & 1) memory.write(r.addresses[l], r.stored[l], 1 << f3);
        }
        break;
      }
      case 0x13: each(rd, [&](int l) { return immediate(i, f3, a[l], imm_i); }); break;
      case 0x33: each(rd, [&](int l) { return binary(i, f3, f7, a[l], b[l]); }); break;
      case 0x0f: break;
      case 0x73: {
        if (i == 0x73) throw Fault(7);
        if (i == 0x100073) throw Fault(6);
        csr(w, i, r, each);
        break;
      }
      case 0x43:
      case 0x47:
      case 0x4b:
      case 0x4f: {
        const uint32_t nx = (i & 8) << 28, nc = (i >> 2 & 1) << 31;
        const uint32_t rm = rounding(s, f3);
        each(32 + rd, [&](int l) {
          return fused(s, rm, fa[l] ^ nx, fb[l], fc[l] ^ nc);
        });
        break;
      }
      case 0x53: floating(s, i, each); break;
      case 0x0b: warp(w, i, r, next, leader, each); break;
      default: throw Fault(1);
    }
    s.pc = next;
    if (r.rd >= 0) {
      for (int l = 0; l < L; l++) {
        if (r.mask >> l & 1) s.registers[r.rd][l] = r.data[l];
      }
    }
    return r;
  }

  void start(int w, uint32_t pc, uint32_t mask, uint32_t mscratch) {
    warps[w] = Warp<L>{};
    warps[w].active = true;
    warps[w].pc = pc;
    warps[w].mask = mask;
    warps[w].mscratch = mscratch;
  }

 private:
  void check_accesses(Warp<L>& s, const Row<L>& base, uint32_t offset, int f3) {
    for (int l = 0; l < L; l++) {
      const uint32_t address = base[l] + offset;
      if (!(s.mask >> l & 1)) continue;
      if (address & ((1 << (f3 & 3)) - 1)) throw Fault(2, address);
      if (address < 0x40) throw Fault(3, address);
    }
  }

  static uint32_t immediate(uint32_t i, int f3, uint32_t a, uint32_t imm) {
    const int s = imm & 31, high = i >> 20;
    switch (f3) {
      case 0: return a + imm;
      case 2: return int32_t(a) < int32_t(imm);
      case 3: return a < imm;
      case 4: return a ^ imm;
      case 6: return a | imm;
      case 7: return a & imm;
      case 1:
        switch (high) {
          case 0x600: return a ? __builtin_clz(a) : 32;
          case 0x601: return a ? __builtin_ctz(a) : 32;
          case 0x602: return __builtin_popcount(a);
          case 0x604: return int8_t(a);
          case 0x605: return int16_t(a);
        }
        if (high >> 5) throw Fault(1);
        return a << s;
      default:
        if (high == 0x287) {
          uint32_t value = 0;
          for (int k = 0; k < 32; k += 8) value |= (a >> k & 255) ? 255u << k : 0;
          return value;
        }
        if (high == 0x698) return __builtin_bswap32(a);
        if (high >> 5 == 0x30) return a >> s | (s ? a << (32 - s) : 0);
        if (high >> 5 == 0x20) return int32_t(a) >> s;
        if (high >> 5) throw Fault(1);
        return a >> s;
    }
  }

  static uint32_t binary(uint32_t i, int f3, int f7, uint32_t a, uint32_t b) {
    const int s = b & 31;
    const int32_t x = a, y = b;
    switch (f7 << 4 | f3) {
      case 0x000: return a + b;
      case 0x200: return a - b;
      case 0x001: return a << s;
      case 0x002: return x < y;
      case 0x003: return a < b;
      case 0x004: return a ^ b;
      case 0x005: return a >> s;
      case 0x205: return x >> s;
      case 0x006: return a | b;
      case 0x007: return a & b;
      case 0x010: return a * b;
      case 0x011: return int64_t(x) * y >> 32;
      case 0x012: return int64_t(x) * int64_t(uint64_t(b)) >> 32;
      case 0x013: return uint64_t(a) * b >> 32;
      case 0x014: return b == 0 ? -1 : a == 0x80000000 && y == -1 ? a : x / y;
      case 0x015: return b == 0 ? -1 : a / b;
      case 0x016: return b == 0 ? a : a == 0x80000000 && y == -1 ? 0 : x % y;
      case 0x017: return b == 0 ? a : a % b;
      case 0x075: return b == 0 ? 0 : a;
      case 0x077: return b != 0 ? 0 : a;
      case 0x102: return (a << 1) + b;
      case 0x104: return (a << 2) + b;
      case 0x106: return (a << 3) + b;
      case 0x207: return a & ~b;
      case 0x206: return a | ~b;
      case 0x204: return ~(a ^ b);
      case 0x054: return x < y ? a : b;
      case 0x055: return a < b ? a : b;
      case 0x056: return x < y ? b : a;
      case 0x057: return a < b ? b : a;
      case 0x301: return a << s | (s ? a >> (32 - s) : 0);
      case 0x305: return a >> s | (s ? a << (32 - s) : 0);
      case 0x044:
        if (i >> 20 & 31) throw Fault(1);
        return a & 0xffff;
    }
    throw Fault(1);
  }

  uint32_t rounding(const Warp<L>& s, int field) {
    const uint32_t rm = field == 7 ? s.frm : field;
    if (rm > 4) throw Fault(1);
    return rm;
  }

  // Host arithmetic in the given mode. The host has no nearest-ties-to-magnitude; programs for
  // this interpreter do not use it.
  template <typename F>
  uint32_t rounded(Warp<L>& s, uint32_t rm, F single) {
    static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
    if (rm == 4) throw std::logic_error("the reference does not round to maximum magnitude");
    std::fesetround(modes[rm]);
    std::feclearexcept(FE_ALL_EXCEPT);
    volatile float value = single();
    const int raised = std::fetestexcept(FE_ALL_EXCEPT);
    std::fesetround(FE_TONEAREST);
    s.fflags |= (raised & FE_INVALID ? 16 : 0) | (raised & FE_DIVBYZERO ? 8 : 0) |
                (raised & FE_OVERFLOW ? 4 : 0) | (raised & FE_UNDERFLOW ? 2 : 0) |
                (raised & FE_INEXACT ? 1 : 0);
    return as_bits(value);
  }

  uint32_t fused(Warp<L>& s, uint32_t rm, uint32_t a, uint32_t b, uint32_t c) {
    const volatile float x = as_float(a), y = as_float(b), z = as_float(c);
    // The product of infinity and zero is invalid even with a quiet NaN as addend.
    if (is_nan(c) && ((std::isinf(x) && y == 0) || (std::isinf(y) && x == 0))) s.fflags |= 16;
    return rounded(s, rm, [&] { return std::fmaf(x, y, z); });
  }

  template <typename Each>
  void floating(Warp<L>& s, uint32_t i, Each each) {
    const int rd = i >> 7 & 31, rs1 = i >> 15 & 31, rs2 = i >> 20 & 31, f3 = i >> 12 & 7;
    const Row<L>&a = s.registers[32 + rs1], &b = s.registers[32 + rs2], &x = s.registers[rs1];
    auto arithmetic = [&](auto f) {
      const uint32_t rm = rounding(s, f3);
      each(32 + rd, [&](int l) {
        const volatile float p = as_float(a[l]), q = as_float(b[l]);
        return rounded(s, rm, [&] { return f(p, q); });
      });
    };
    auto less = [&](uint32_t p, uint32_t q) {  // orders zeros, no NaNs
      return (p >> 31) != (q >> 31) ? p >> 31 != 0 : (p >> 31 ? p > q : p < q);
    };
    switch (i >> 25) {
      case 0x00: arithmetic([](float p, float q) { return p + q; }); return;
      case 0x04: arithmetic([](float p, float q) { return p - q; }); return;
      case 0x08: arithmetic([](float p, float q) { return p * q; }); return;
      case 0x0c: arithmetic([](float p, float q) { return p / q; }); return;
      case 0x2c:
        if (rs2) throw Fault(1);
        arithmetic([](float p, float) { return std::sqrt(p); });
        return;
      case 0x10:
        if (f3 > 2) throw Fault(1);
        each(32 + rd, [&](int l) {
          const uint32_t sign = f3 == 0 ? b[l] : f3 == 1 ? ~b[l] : a[l] ^ b[l];
          return (a[l] & 0x7fffffff) | (sign & 0x80000000);
        });
        return;
      case 0x14:
        if (f3 > 1) throw Fault(1);
        each(32 + rd, [&](int l) {
          if (is_signalling(a[l]) || is_signalling(b[l])) s.fflags |= 16;
          if (is_nan(a[l])) return is_nan(b[l]) ? kNan : b[l];
          if (is_nan(b[l])) return a[l];
          return less(a[l], b[l]) == (f3 == 0) ? a[l] : b[l];
        });
        return;
      case 0x50:
        if (f3 > 2) throw Fault(1);
        each(rd, [&](int l) -> uint32_t {
          const bool nan = is_nan(a[l]) || is_nan(b[l]);
          if (f3 == 2 ? is_signalling(a[l]) || is_signalling(b[l]) : nan) s.fflags |= 16;
          if (nan) return 0;
          const float p = as_float(a[l]), q = as_float(b[l]);
          return f3 == 2 ? p == q : f3 == 1 ? p < q : p <= q;
        });
        return;
      case 0x60: {
        if (rs2 > 1) throw Fault(1);
        const uint32_t rm = rounding(s, f3);
        each(rd, [&](int l) { return to_integer(s, a[l], rm, rs2 == 1); });
        return;
      }
      case 0x68: {
        if (rs2 > 1) throw Fault(1);
        const uint32_t rm = rounding(s, f3);
        each(32 + rd, [&](int l) {
          const volatile int64_t value = rs2 ? int64_t(x[l]) : int64_t(int32_t(x[l]));
          return rounded(s, rm, [&] { return float(value); });
        });
        return;
      }
      case 0x70:
        if (rs2 || f3 > 1) throw Fault(1);
        each(rd, [&](int l) { return f3 == 0 ? a[l] : classify(a[l]); });
        return;
      case 0x78:
        if (rs2 || f3) throw Fault(1);
        each(32 + rd, [&](int l) { return x[l]; });
        return;
    }
    throw Fault(1);
  }

  static uint32_t classify(uint32_t bits) {
    const bool negative = bits >> 31;
    const uint32_t magnitude = bits & 0x7fffffff;
    if (is_nan(bits)) return is_signalling(bits) ? 1 << 8 : 1 << 9;
    if (magnitude == 0x7f800000) return negative ? 1 : 1 << 7;
    if (magnitude == 0) return negative ? 1 << 3 : 1 << 4;
    if (magnitude < 0x800000) return negative ? 1 << 2 : 1 << 5;
    return negative ? 1 << 1 : 1 << 6;
  }

  static uint32_t to_integer(Warp<L>& s, uint32_t bits, uint32_t rm, bool is_unsigned) {
    const double low = is_unsigned ? 0 : -2147483648.0;
    const double high = is_unsigned ? 4294967295.0 : 2147483647.0;
    const double value = as_float(bits);
    if (is_nan(bits)) {
      s.fflags |= 16;
      return is_unsigned ? 0xffffffff : 0x7fffffff;
    }
    double whole = rm == 0   ? std::nearbyint(value)
                   : rm == 1 ? std::trunc(value)
                   : rm == 2 ? std::floor(value)
                   : rm == 3 ? std::ceil(value)
                             : std::round(value);
    if (whole < low || whole > high) {
      s.fflags |= 16;
      whole = whole < low ? low : high;
    } else if (whole != value) {
      s.fflags |= 1;
    }
    return is_unsigned ? uint32_t(int64_t(whole)) : uint32_t(int32_t(whole));
  }

  template <typename Each>
  void csr(int w, uint32_t i, Result<L>& r, Each each) {
    Warp<L>& s = warps[w];
    const int f3 = i >> 12 & 7, rd = i >> 7 & 31, rs1 = i >> 15 & 31;
    const uint32_t address = i >> 20;
    const int leader = 31 - __builtin_clz(s.mask);
    const uint32_t operand = f3 & 4 ? rs1 : s.registers[rs1][leader];
    const bool writes = (f3 & 3) == 1 || rs1 != 0;
    if ((f3 & 3) == 0) throw Fault(1);
    uint32_t old = 0;
    bool writable = false;
    switch (address) {
      case 0x001: old = s.fflags; writable = true; break;
      case 0x002: old = s.frm; writable = true; break;
      case 0x003: old = s.frm << 5 | s.fflags; writable = true; break;
      case 0x340: old = s.mscratch; writable = true; break;
      case 0xcc1: old = w; break;
      case 0xcc3:
        for (int k = 0; k < W; k++) old |= uint32_t(warps[k].active) << k;
        break;
      case 0xcc4: old = s.mask; break;
      case 0xfc0: old = L; break;
      case 0xfc1: old = W; break;
      case 0xfc3: old = 0xffff0000; break;
      case 0xfc4: old = W; break;
      case 0xcc0:
      case 0xf14: break;
      case 0xb00:
      case 0xb02:
      case 0xb03: r.free = true; break;
      default:
        if (address < 0xcd0 || address > 0xcdf) throw Fault(1);
    }
    if (writes && !writable) throw Fault(1);
    each(rd, [&](int l) -> uint32_t {
      if (s.place.count(address)) return s.place[address][l];
      return address == 0xcc0 ? l : address == 0xf14 ? w * L + l : old;
    });
    if (writes) {
      const uint32_t value = (f3 & 3) == 1   ? operand
                             : (f3 & 3) == 2 ? old | operand
                                             : old & ~operand;
      if (address == 0x001) s.fflags = value & 31;
      if (address == 0x002) s.frm = value & 7;
      if (address == 0x003) s.frm = value >> 5 & 7, s.fflags = value & 31;
      if (address == 0x340) s.mscratch = value;
    }
  }

  template <typename Each>
  void warp(int w, uint32_t i, Result<L>& r, uint32_t& next, int leader, Each each) {
    Warp<L>& s = warps[w];
    const int f3 = i >> 12 & 7, f7 = i >> 25, rd = i >> 7 & 31, rs2 = i >> 20 & 31;
    const Row<L>&a = s.registers[i >> 15 & 31], &b = s.registers[rs2];
    const uint32_t all = L == 32 ? ~0u : (1u << L) - 1;
    uint32_t set = 0;
    for (int l = 0; l < L; l++) set |= (a[l] & 1) << l;
    if (f7 == 1) {
      const uint32_t in = set & s.mask;
      if (f3 < 4 && rs2) throw Fault(1);
      const Row<L> values = a;
      each(rd, [&](int l) -> uint32_t {
        switch (f3) {
          case 0: return in == s.mask;
          case 1: return in != 0;
          case 2: return in == s.mask || in == 0;
          case 3: return in;
        }
        const int offset = b[l] & 63, clamp = b[l] >> 6 & 63, segment = b[l] >> 12 & 63;
        const int low = l & segment, high = low | (clamp & ~segment & 63);
        const int j = f3 == 4   ? l - offset
                      : f3 == 5 ? l + offset
                      : f3 == 6 ? l ^ offset
                                : low | (offset & ~segment & 63);
        const bool valid = f3 == 4 ? j >= high : j <= high;
        return values[valid && j >= 0 && j < L ? j : l];
      });
      return;
    }
    if (f7) throw Fault(1);
    switch (f3) {
      case 0:
        if (rd || rs2) throw Fault(1);
        s.mask = a[leader] & all;
        if (!s.mask) s.active = false;
        return;
      case 1: {
        if (rd) throw Fault(1);
        const uint32_t count = a[leader], pc = b[leader];
        for (int k = 1; k < W && uint32_t(k) < count; k++) {
          if (k == w) continue;
          start(k, pc, 1, launch_mscratch);
          for (uint32_t csr = 0xcd9; csr < 0xcdf; csr++) warps[k].place[csr] = s.place[csr];
          warps[k].place[0xcdf].fill(0xffff0000);
        }
        return;
      }
      case 2: {
        if (rs2 > 1) throw Fault(1);
        const uint32_t yes = (rs2 ? ~set : set) & s.mask, no = s.mask & ~yes;
        each(rd, [&](int) { return uint32_t(s.stack.size()); });
        if (yes && no) {
          if (s.stack.size() == L - 1) throw Fault(5);
          const bool keep = __builtin_popcount(yes) >= __builtin_popcount(no);
          s.stack.push_back({false, s.pc + 4, s.mask, keep ? no : yes});
          s.mask = keep ? yes : no;
        }
        return;
      }
      case 3: {
        if (rd || rs2) throw Fault(1);
        if (a[leader] == s.stack.size()) return;
        if (s.stack.empty() || a[leader] != s.stack.size() - 1) throw Fault(5);
        Entry<L>& top = s.stack.back();
        if (top.switched) {
          s.mask = top.whole;
          s.stack.pop_back();
        } else {
          top.switched = true;
          s.mask = top.other;
          next = top.pc;
        }
        return;
      }
      case 4:
        if (rd) throw Fault(1);
        if ((a[leader] & 0x7fffffff) >= W) throw Fault(1);
        return;
      case 5: {
        if (rd > 1) throw Fault(1);
        uint32_t mask = (rd ? ~set : set) & s.mask;
        if (!mask) mask = b[leader] & all;
        if (!mask) throw Fault(5);
        s.mask = mask;
        return;
      }
      case 7:
        if (i != 0x700b) throw Fault(1);
        return;
    }
    throw Fault(1);
  }

 public:
  uint32_t launch_mscratch = 0;
};

}  // namespace zl
