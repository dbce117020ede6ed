// Seeded random numbers that are the same on every platform. The engines and distributions of the
// standard library are not: std::uniform_int_distribution differs between implementations.
#pragma once

#include <cstdint>

namespace commsim {

/// A well-mixed 64-bit hash of `value`: the finaliser of splitmix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014).
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

/// A stream of random numbers: splitmix64, period 2^64, one word of state.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(seed) {}

  /// 64 random bits.
  constexpr std::uint64_t next() {
    const std::uint64_t word = mix(state_);
    state_ += 0x9e3779b97f4a7c15U;
    return word;
  }

  /// A whole number in [0, bound), without bias. REQUIRES: bound > 0.
  constexpr std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t tail = (0 - bound) % bound;  // 2^64 mod bound words are drawn again
    for (;;) {
      const std::uint64_t word = next();
      if (word >= tail) return word % bound;
    }
  }

  /// A number in [0, 1) with 53 random bits.
  constexpr double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace commsim
