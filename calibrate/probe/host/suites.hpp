// The suites and the cases of each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/device.hpp"

namespace commsim::probe {

/// How far the cases go.
struct Extent {
  std::uint64_t least = 8;  // bytes
  std::uint64_t most = std::uint64_t{8} << 30U;
  int ranks = 1;                                 // of the collectives
  int ranks_per_gpu = 1;                         // so many share its memory
  std::vector<std::string> types = {"float32"};  // of the elements of collectives
  bool collnet = false;                          // NCCL is forced to CollNet, too
};

struct Suite {
  std::string name;
  std::string summary;
  /// Empty where the suite can run; else what it lacks.
  std::string (*lacks)(const Inventory&);
  /// In the order in which they run, without forced choices.
  std::vector<Case> (*cases)(const Inventory&, const Extent&);
};

/// In the order in which they run.
const std::vector<Suite>& suites();

/// The side of the matrices that are multiplied beside a copy.
inline constexpr std::uint64_t kOverlapSide = 4096;

/// Matrices of side n: three of them, of elements of so many bytes, have this size.
std::uint64_t gemm_size(std::uint64_t side, std::uint64_t element);
/// The other way round. REQUIRES: a size that gemm_size gave.
std::uint64_t gemm_side(std::uint64_t size, std::uint64_t element);

}  // namespace commsim::probe
