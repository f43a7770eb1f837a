// Reference results for the RISC-V F instructions, from the host's own IEEE 754 arithmetic.
//
// The four directed rounding modes that a host has are taken from it directly: value and flags.
// Round to nearest, ties away (RMM) no host offers; there the exact result is first brought to
// double precision rounded to odd (truncated, last bit set if anything was cut off: 53 bits are
// more than the 24 + 2 that a second, correct rounding needs) and then rounded in integers. That
// second way works for all five modes, so the bench can hold the two against each other.

#pragma once

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace fpu {

enum RoundingMode : unsigned { RNE, RTZ, RDN, RUP, RMM, ROUNDING_MODES };

enum Flag : uint8_t { NX = 1, UF = 2, OF = 4, DZ = 8, NV = 16 };

struct Outcome {
  uint32_t value;
  uint8_t flags;

  bool operator==(const Outcome&) const = default;
};

constexpr uint32_t CANONICAL_NAN = 0x7fc00000;
constexpr uint32_t SIGN = 0x80000000;
constexpr uint32_t INFINITE = 0x7f800000;

inline float to_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline uint32_t to_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline bool is_nan(uint32_t bits) { return (bits & ~SIGN) > INFINITE; }
inline bool is_infinite(uint32_t bits) { return (bits & ~SIGN) == INFINITE; }
inline bool is_finite(uint32_t bits) { return (bits & ~SIGN) < INFINITE; }
inline bool is_zero(uint32_t bits) { return (bits & ~SIGN) == 0; }
inline bool is_signalling(uint32_t bits) { return is_nan(bits) && !(bits & 0x00400000); }

// ------------------------------------------------------------------ the host's environment

#if defined(__SSE2__)

// The control register in one go: fesetround and feclearexcept also reload the x87 state, which
// would take most of the bench's time.
inline void begin(RoundingMode mode) {
  static constexpr unsigned CONTROL[] = {_MM_ROUND_NEAREST, _MM_ROUND_TOWARD_ZERO, _MM_ROUND_DOWN,
                                         _MM_ROUND_UP};
  _mm_setcsr(_MM_MASK_MASK | CONTROL[mode]);
}

inline uint8_t raised() {
  unsigned status = _mm_getcsr();
  return (status & _MM_EXCEPT_INEXACT ? NX : 0) | (status & _MM_EXCEPT_UNDERFLOW ? UF : 0) |
         (status & _MM_EXCEPT_OVERFLOW ? OF : 0) | (status & _MM_EXCEPT_DIV_ZERO ? DZ : 0) |
         (status & _MM_EXCEPT_INVALID ? NV : 0);
}

#else

inline void begin(RoundingMode mode) {
  static constexpr int CONTROL[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
  std::fesetround(CONTROL[mode]);
  std::feclearexcept(FE_ALL_EXCEPT);
}

inline uint8_t raised() {
  int status = std::fetestexcept(FE_ALL_EXCEPT);
  return (status & FE_INEXACT ? NX : 0) | (status & FE_UNDERFLOW ? UF : 0) |
         (status & FE_OVERFLOW ? OF : 0) | (status & FE_DIVBYZERO ? DZ : 0) |
         (status & FE_INVALID ? NV : 0);
}

#endif

// ------------------------------------------------------------------ rounding in integers

inline bool rounds_up(RoundingMode mode, bool negative, uint64_t kept, uint64_t rest,
                      uint64_t half) {
  switch (mode) {
    case RNE: return rest > half || (rest == half && (kept & 1));
    case RDN: return negative && rest != 0;
    case RUP: return !negative && rest != 0;
    case RMM: return rest >= half;
    default: return false;
  }
}

// `odd`: finite, not zero, normal as a double, rounded to odd.
inline Outcome round_to_single(RoundingMode mode, double odd) {
  uint64_t bits;
  std::memcpy(&bits, &odd, sizeof bits);
  const bool negative = bits >> 63;
  const int exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
  const uint64_t significand = (bits & 0xfffffffffffff) | 0x10000000000000;
  const auto rounded_at = [&](int cut) {
    const uint64_t kept = significand >> cut;
    const uint64_t rest = significand - (kept << cut);
    return kept + rounds_up(mode, negative, kept, rest, uint64_t{1} << (cut - 1));
  };
  const bool subnormal = exponent < -126;
  const int cut = subnormal ? std::min(29 - 126 - exponent, 62) : 29;
  const uint64_t rounded = rounded_at(cut);
  const bool inexact = (significand & ((uint64_t{1} << cut) - 1)) != 0;
  const bool tiny = subnormal && !(exponent == -127 && rounded_at(29) == 0x1000000);
  const uint64_t magnitude =
      subnormal ? rounded : (static_cast<uint64_t>(exponent + 126) << 23) + rounded;
  const uint32_t sign = negative ? SIGN : 0;
  if (magnitude >= INFINITE) {
    const bool away = mode == RNE || mode == RMM || mode == (negative ? RDN : RUP);
    return {sign | (away ? INFINITE : INFINITE - 1), OF | NX};
  }
  return {sign | static_cast<uint32_t>(magnitude),
          static_cast<uint8_t>((inexact ? NX : 0) | (inexact && tiny ? UF : 0))};
}

// ------------------------------------------------------------------ arithmetic

// Each operation is written once and evaluated in either precision.
struct Add {
  template <class T> static T apply(T a, T b, T) { return a + b; }
};
struct Subtract {
  template <class T> static T apply(T a, T b, T) { return a - b; }
};
struct Multiply {
  template <class T> static T apply(T a, T b, T) { return a * b; }
};
struct MultiplyAdd {
  template <class T> static T apply(T a, T b, T c) { return std::fma(a, b, c); }
};
struct MultiplySubtract {
  template <class T> static T apply(T a, T b, T c) { return std::fma(a, b, -c); }
};
struct NegateMultiplySubtract {
  template <class T> static T apply(T a, T b, T c) { return std::fma(-a, b, c); }
};
struct NegateMultiplyAdd {
  template <class T> static T apply(T a, T b, T c) { return std::fma(-a, b, -c); }
};
struct Divide {
  template <class T> static T apply(T a, T b, T) { return a / b; }
};
struct SquareRoot {
  template <class T> static T apply(T a, T, T) { return std::sqrt(a); }
};

template <class Operation, int ARITY>
Outcome from_host(RoundingMode mode, uint32_t a, uint32_t b, uint32_t c) {
  volatile float x = to_float(a);
  volatile float y = to_float(b);
  volatile float z = to_float(c);
  begin(mode);
  volatile float result = Operation::template apply<float>(x, y, z);
  uint8_t flags = raised();
  if constexpr (ARITY == 3) {
    // RISC-V makes this invalid also when the addend is a quiet NaN; hosts differ.
    if ((is_infinite(a) && is_zero(b)) || (is_zero(a) && is_infinite(b))) flags |= NV;
  }
  const uint32_t bits = to_bits(result);
  return {is_nan(bits) ? CANONICAL_NAN : bits, flags};
}

template <class Operation, int ARITY>
Outcome from_integers(RoundingMode mode, uint32_t a, uint32_t b, uint32_t c) {
  const bool finite = is_finite(a) && (ARITY < 2 || is_finite(b)) && (ARITY < 3 || is_finite(c));
  if (finite) {
    volatile double x = to_float(a);
    volatile double y = to_float(b);
    volatile double z = to_float(c);
    begin(RTZ);
    volatile double result = Operation::template apply<double>(x, y, z);
    const uint8_t flags = raised();
    if (result != 0 && (flags & (NV | DZ)) == 0) {
      double odd = result;
      if (flags & NX) {
        uint64_t bits;
        std::memcpy(&bits, &odd, sizeof bits);
        bits |= 1;
        std::memcpy(&odd, &bits, sizeof bits);
      }
      return round_to_single(mode, odd);
    }
  }
  // Exact zeros, infinities and NaNs: of the rounding mode only the direction of RDN matters.
  return from_host<Operation, ARITY>(mode == RMM ? RNE : mode, a, b, c);
}

template <class Operation, int ARITY>
Outcome arithmetic(RoundingMode mode, uint32_t a, uint32_t b, uint32_t c) {
  return mode == RMM ? from_integers<Operation, ARITY>(mode, a, b, c)
                     : from_host<Operation, ARITY>(mode, a, b, c);
}

// ------------------------------------------------------------------ all other instructions

template <uint32_t KEEP_B, uint32_t FLIP, bool WITH_A>
Outcome sign_injection(RoundingMode, uint32_t a, uint32_t b, uint32_t) {
  const uint32_t sign = ((b & KEEP_B) ^ FLIP ^ (WITH_A ? a : 0)) & SIGN;
  return {(a & ~SIGN) | sign, 0};
}

template <bool MAXIMUM>
Outcome min_max(RoundingMode, uint32_t a, uint32_t b, uint32_t) {
  const uint8_t flags = is_signalling(a) || is_signalling(b) ? NV : 0;
  if (is_nan(a) && is_nan(b)) return {CANONICAL_NAN, flags};
  if (is_nan(a)) return {b, flags};
  if (is_nan(b)) return {a, flags};
  if (is_zero(a) && is_zero(b)) return {MAXIMUM ? a & b : a | b, flags};
  const bool a_first = to_float(a) < to_float(b);
  return {a_first != MAXIMUM ? a : b, flags};
}

enum class Comparison { EQUAL, LESS, LESS_EQUAL };

template <Comparison COMPARISON>
Outcome compare(RoundingMode, uint32_t a, uint32_t b, uint32_t) {
  const float x = to_float(a);
  const float y = to_float(b);
  if (is_nan(a) || is_nan(b)) {
    const bool quiet = COMPARISON == Comparison::EQUAL && !is_signalling(a) && !is_signalling(b);
    return {0, static_cast<uint8_t>(quiet ? 0 : NV)};
  }
  switch (COMPARISON) {
    case Comparison::EQUAL: return {x == y, 0};
    case Comparison::LESS: return {x < y, 0};
    default: return {x <= y, 0};
  }
}

inline Outcome classify(RoundingMode, uint32_t a, uint32_t, uint32_t) {
  const bool negative = a & SIGN;
  switch (std::fpclassify(to_float(a))) {
    case FP_NAN: return {is_signalling(a) ? 0x100u : 0x200u, 0};
    case FP_INFINITE: return {negative ? 0x001u : 0x080u, 0};
    case FP_NORMAL: return {negative ? 0x002u : 0x040u, 0};
    case FP_SUBNORMAL: return {negative ? 0x004u : 0x020u, 0};
    default: return {negative ? 0x008u : 0x010u, 0};
  }
}

template <class Integer>
Outcome to_integer(RoundingMode mode, uint32_t a, uint32_t, uint32_t) {
  using Limits = std::numeric_limits<Integer>;
  if (is_nan(a)) return {static_cast<uint32_t>(Limits::max()), NV};
  volatile double exact = to_float(a);
  double whole;
  if (mode == RMM) {
    whole = std::round(exact);
  } else {
    begin(mode);
    whole = std::nearbyint(exact);
  }
  if (whole < static_cast<double>(Limits::min())) return {static_cast<uint32_t>(Limits::min()), NV};
  if (whole > static_cast<double>(Limits::max())) return {static_cast<uint32_t>(Limits::max()), NV};
  return {static_cast<uint32_t>(static_cast<int64_t>(whole)),
          static_cast<uint8_t>(whole == exact ? 0 : NX)};
}

template <class Integer>
Outcome from_integer(RoundingMode mode, uint32_t a, uint32_t, uint32_t) {
  volatile double exact = static_cast<Integer>(a);
  if (mode == RMM) return exact == 0 ? Outcome{0, 0} : round_to_single(mode, exact);
  begin(mode);
  volatile float result = static_cast<float>(exact);
  return {to_bits(result), raised()};
}

inline Outcome move(RoundingMode, uint32_t a, uint32_t, uint32_t) { return {a, 0}; }

}  // namespace fpu
