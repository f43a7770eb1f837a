// Verilator gives a port of up to 64 bits as an integer, a wider one as words.
#pragma once

#include <cstdint>
#include <type_traits>

template <typename Port>
uint32_t word(const Port& port, int index) {
  if constexpr (std::is_integral_v<Port>) {
    return uint32_t(uint64_t(port) >> (32 * index));
  } else {
    return port[index];
  }
}

template <typename Port>
void set_word(Port& port, int index, uint32_t value) {
  if constexpr (std::is_integral_v<Port>) {
    uint64_t mask = uint64_t(0xFFFFFFFF) << (32 * index);
    port = Port((uint64_t(port) & ~mask) | uint64_t(value) << (32 * index));
  } else {
    port[index] = value;
  }
}
