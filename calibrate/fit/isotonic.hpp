// The nearest sequence that never falls.
#pragma once

#include <vector>

namespace commsim {

/// The non-decreasing sequence with the least sum of absolute differences from `values`: pools of
/// adjacent violators, each at its median, so that one outlier does not lift its neighbours
/// (Barlow, Bartholomew, Bremner and Brunk, "Statistical inference under order restrictions",
/// 1972). Complexity: n^2 log n at worst.
std::vector<double> non_decreasing(const std::vector<double>& values);

}  // namespace commsim
