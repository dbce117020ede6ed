// From where on compression pays: found by simulating, on the cluster at hand.
#pragma once

#include <optional>

#include "sim/workload/collective_run.hpp"

namespace commsim {

/// Where a compressed call takes as long as the same call with nothing encoded, while all else
/// stays as it is. Nothing where no such point was found within a factor of a million.
struct BreakEven {
  bool pays = false;               ///< as things are
  std::optional<double> links;     ///< times the bandwidth of all links: it pays below
  std::optional<Bandwidth> link;   ///< that of the busiest link of the plain call, then
  std::optional<double> speed;     ///< times the speed of encoding and decoding: it pays above
  std::optional<Bandwidth> codec;  ///< single-precision bytes encoded and decoded in a second, then
  std::optional<double> density;   ///< of a sparsifier, all it sends in proportion: it pays below
};

/// About 60 simulations of each of both. REQUIRES: run.compression. Throws as run_collective does.
BreakEven break_even(const CollectiveRun& run);

}  // namespace commsim
