// Operands for the floating-point bench: the boundary set and the random classes.

#pragma once

#include <cstdint>
#include <vector>

#include "reference.h"

namespace fpu {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  // Uniform in 0 .. bound-1, bound below 2^32.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((next() >> 32) * bound >> 32); }

 private:
  uint64_t state_;
};

struct Operands {
  uint32_t a;
  uint32_t b;
  uint32_t c;
};

inline std::vector<uint32_t> boundary_set() {
  const uint32_t magnitudes[] = {
      0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x00000100,  // zero, least subnormal
      0x003fffff, 0x00400000, 0x007ffffe, 0x007fffff,              // greatest subnormal
      0x00800000, 0x00800001, 0x00800002, 0x00ffffff, 0x01000000,  // least normal
      0x0c000000, 0x0c7fffff, 0x1f800000, 0x20000000, 0x20000001,  // their squares are near it
      0x33000000, 0x337fffff, 0x33800000, 0x33800001, 0x34000000,  // 2^-25 .. 2^-23
      0x3effffff, 0x3f000000, 0x3f000001, 0x3f7ffffe, 0x3f7fffff,  // a half, below one
      0x3f800000, 0x3f800001, 0x3f800002, 0x3fc00000, 0x3fffffff,  // one and above
      0x40000000, 0x40200000, 0x40400000, 0x407fffff, 0x42fe0000,
      0x4affffff, 0x4b000000, 0x4b000001, 0x4b7fffff, 0x4b800000,  // 2^23, 2^24
      0x4b800001, 0x4effffff, 0x4f000000, 0x4f000001, 0x4f7fffff,  // 2^31
      0x4f800000, 0x5f000000, 0x5f7fffff, 0x5f800000,              // 2^32, 2^63, 2^64
      0x7e7fffff, 0x7e800000, 0x7effffff, 0x7f000000, 0x7f7ffffe,  // near overflow
      0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fbfffff, 0x7fc00000,  // infinity, NaNs
      0x7fffffff,
  };
  std::vector<uint32_t> set;
  for (uint32_t magnitude : magnitudes) {
    set.push_back(magnitude);
    set.push_back(magnitude | SIGN);
  }
  return set;
}

// Integers round the places where 24 bits end, as well as the limits of the types.
inline std::vector<uint32_t> integer_boundary_set() {
  std::vector<uint32_t> set = boundary_set();
  for (int place = 0; place < 32; place++) {
    for (int offset = -2; offset <= 2; offset++) {
      const uint32_t value = (uint32_t{1} << place) + static_cast<uint32_t>(offset);
      set.push_back(value);
      set.push_back(0u - value);
      set.push_back(value | value << 24 | value >> 24);
    }
  }
  return set;
}

class Stimulus {
 public:
  Stimulus(uint64_t seed) : random_(seed), boundaries_(boundary_set()) {}

  Random& random() { return random_; }

  // An addition has no product: its second operand plays the addend's part.
  Operands addition() {
    Operands operands = multiply_add(0x3f800000);
    return {operands.a, operands.c, static_cast<uint32_t>(random_.next())};
  }

  Operands multiply_add() { return multiply_add(any()); }

  Operands division() {
    switch (random_.below(8)) {
      case 0: return {any(), any(), any()};
      case 1: return {boundary(), any(), 0};
      case 2: return {any(), boundary(), 0};
      case 3: {
        // An exact quotient of few bits, or its neighbour.
        const uint32_t divisor = with_exponent(sparse(), 100, 150);
        const uint32_t quotient = with_exponent(sparse(), 100, 150);
        const uint32_t dividend = to_bits(to_float(divisor) * to_float(quotient));
        return {dividend + random_.below(3) - 1, divisor, 0};
      }
      case 4: {
        // A quotient near the least normal number or among the subnormal ones.
        const uint32_t exponent = random_.below(100);
        return {with_exponent(any(), exponent, exponent),
                with_exponent(any(), exponent + 126 - random_.below(2),
                              exponent + 127 + random_.below(24)),
                0};
      }
      case 5: {
        // A quotient near overflow.
        const uint32_t exponent = random_.below(124);
        return {with_exponent(any(), exponent + 130, exponent + 130),
                with_exponent(any(), exponent, exponent + 3), 0};
      }
      case 6: return {with_exponent(any(), 120, 134), with_exponent(any(), 120, 134), 0};
      default: return {with_exponent(any(), 0, 1), with_exponent(sparse(), 0, 254), 0};
    }
  }

  Operands root() {
    switch (random_.below(4)) {
      case 0: return {any(), any(), 0};
      case 1: {
        const uint32_t root = with_exponent(any() & ~0xfffu, 64, 190) & ~SIGN;
        return {to_bits(to_float(root) * to_float(root)) + random_.below(3) - 1, 0, 0};
      }
      case 2: return {any() & 0x00ffffff, any(), 0};
      default: return {any() & ~SIGN, any(), 0};
    }
  }

  Operands pair() {
    switch (random_.below(6)) {
      case 0: return {any(), any(), 0};
      case 1: return {boundary(), any(), 0};
      case 2: return {any(), boundary(), 0};
      case 3: return {boundary(), boundary(), 0};
      default: {
        const uint32_t a = any();
        return {a, (a + random_.below(5) - 2) ^ (random_.below(4) == 0 ? SIGN : 0), 0};
      }
    }
  }

  Operands number() {
    switch (random_.below(4)) {
      case 0: return {any(), any(), 0};
      case 1: return {with_exponent(any(), 120, 162), any(), 0};
      case 2: return {boundary() + random_.below(5) - 2, any(), 0};
      default: return {with_exponent(sparse(), 120, 162), any(), 0};
    }
  }

  Operands integer() {
    const uint32_t value = any() >> random_.below(32);
    switch (random_.below(4)) {
      case 0: return {value, any(), 0};
      case 1: return {0u - value, any(), 0};
      case 2: return {(value | 1) << random_.below(32), any(), 0};
      default: return {sparse() ^ (random_.below(2) ? 0xffffffff : 0), any(), 0};
    }
  }

 private:
  uint32_t any() { return static_cast<uint32_t>(random_.next()); }

  uint32_t boundary() { return boundaries_[random_.below(boundaries_.size())]; }

  // Few ones or few zeros in the fraction: ties and long carries.
  uint32_t sparse() {
    uint32_t fraction = 0;
    for (uint32_t ones = random_.below(4); ones > 0; ones--) fraction |= 1u << random_.below(23);
    const uint32_t bits = any();
    if (bits & 1) fraction = (0u - fraction) & 0x7fffff;
    return (bits & ~0x7fffffu) | fraction;
  }

  // Replaces the exponent field by one uniform in first .. last, clamped to finite numbers.
  uint32_t with_exponent(uint32_t bits, int first, int last) {
    int exponent = first;
    if (last > first) exponent += static_cast<int>(random_.below(last - first + 1));
    exponent = exponent < 0 ? 0 : exponent > 254 ? 254 : exponent;
    return (bits & ~INFINITE) | static_cast<uint32_t>(exponent) << 23;
  }

  static int exponent(uint32_t bits) { return static_cast<int>(bits >> 23 & 0xff); }

  uint32_t mixed() { return random_.below(2) ? any() : sparse(); }

  // Operand a and c for a given b.
  Operands multiply_add(uint32_t b) {
    switch (random_.below(8)) {
      case 0: return {any(), b, any()};
      case 1: {
        // Addend and product overlap, or just miss each other.
        const uint32_t a = with_exponent(mixed(), 64, 190);
        const int product = exponent(a) + exponent(b) - 127;
        return {a, b, with_exponent(mixed(), product - 50, product + 30)};
      }
      case 2: {
        // Cancellation down to a few last places of the addend.
        const uint32_t a = with_exponent(any(), 64, 190);
        const uint32_t product = to_bits(to_float(a) * to_float(b));
        if (is_nan(product)) return {a, b, product};
        return {a, b, (product + random_.below(9) - 4) ^ SIGN};
      }
      case 3: {
        // Ties: the addend lies about half a last place from the product, or reverse.
        const uint32_t a = with_exponent(sparse(), 100, 150);
        const uint32_t other = b == 0x3f800000 ? b : with_exponent(sparse(), 120, 134);
        const int product = exponent(a) + exponent(other) - 127;
        const int distance = random_.below(2) ? 24 : -24;
        return {a, other, with_exponent(sparse(), product + distance - 2, product + distance + 2)};
      }
      case 4: {
        // A product among the subnormal numbers or below.
        const int wanted = 1 - static_cast<int>(random_.below(30)) + 127 - exponent(b);
        return {with_exponent(mixed(), wanted, wanted + 2), b,
                random_.below(2) ? with_exponent(mixed(), 0, 2) : any() & SIGN};
      }
      case 5: {
        // A sum near overflow.
        const int wanted = 252 + 127 - exponent(b);
        return {with_exponent(mixed(), wanted, wanted + 4), b, with_exponent(mixed(), 228, 254)};
      }
      case 6: return {boundary(), b == 0x3f800000 ? b : boundary(), mixed()};
      default: return {mixed(), b, boundary() + random_.below(3) - 1};
    }
  }

  Random random_;
  std::vector<uint32_t> boundaries_;
};

}  // namespace fpu
