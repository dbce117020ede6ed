// Known data, and what a collective must make of them. Values are small whole numbers, so that sums
// over many ranks are exact in any order.
#pragma once

#include <cstdint>
#include <string>

#include "calibrate/probe/host/collective_shape.hpp"

namespace commsim::probe {

/// What element `index` of a rank's send buffer is, from 0 to one less than the modulus
/// (pattern_modulus() of data_type.hpp). The kernels use it, too.
constexpr float pattern_value(std::uint64_t seed, int rank, std::uint64_t index,
                              std::uint64_t modulus = 16) {
  return static_cast<float>(
      (index * 7 + index / 16 + static_cast<std::uint64_t>(rank) * 5 + seed * 3) % modulus);
}

/// Element i of a receive buffer is
///   sum:    the sum over all ranks q of pattern_value(q, base + i)
///   split:  pattern_value(i / count, base + i % count)
///   else:   pattern_value(source, base + i)
struct Expectation {
  bool sum = false;
  bool split = false;
  int source = 0;
  int ranks = 1;
  std::uint64_t base = 0;
  std::uint64_t count = 1;
  std::uint64_t modulus = 16;
  bool received = true;  // false: this rank receives nothing
};

constexpr float expected_value(const Expectation& expectation, std::uint64_t seed,
                               std::uint64_t index) {
  if (expectation.split) {
    return pattern_value(seed, static_cast<int>(index / expectation.count),
                         expectation.base + index % expectation.count, expectation.modulus);
  }
  if (!expectation.sum) {
    return pattern_value(seed, expectation.source, expectation.base + index, expectation.modulus);
  }
  float total = 0;
  for (int rank = 0; rank < expectation.ranks; ++rank) {
    total += pattern_value(seed, rank, expectation.base + index, expectation.modulus);
  }
  return total;
}

/// The root is rank 0; send_recv is a ring in which every rank sends to the next.
/// REQUIRES: one of collective_names().
Expectation expectation_of(const std::string& collective, int rank, int ranks, const Shape& shape);

}  // namespace commsim::probe
