// Binary logarithms of numbers of ranks. (std::bit_width returns an unsigned in g++ 12.)
#pragma once

#include <bit>
#include <cstdint>

namespace commsim {

/// floor(lg n). REQUIRES: n >= 1.
constexpr int floor_lg(std::int32_t n) {
  return static_cast<int>(std::bit_width(static_cast<std::uint32_t>(n))) - 1;
}
/// ceil(lg n). REQUIRES: n >= 1.
constexpr int ceil_lg(std::int32_t n) { return n == 1 ? 0 : floor_lg(n - 1) + 1; }
/// The largest power of two that is at most n. REQUIRES: n >= 1.
constexpr std::int32_t power_of_two_within(std::int32_t n) { return 1 << floor_lg(n); }
/// REQUIRES: n >= 1.
constexpr bool is_power_of_two(std::int32_t n) { return n == power_of_two_within(n); }
/// The number of the lowest bit that is set. REQUIRES: n >= 1.
constexpr int lowest_bit_number(std::int32_t n) {
  return std::countr_zero(static_cast<std::uint32_t>(n));
}

}  // namespace commsim
