// Which elements a sparsifier keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace commsim::probe {

/// What is kept, in the order of the positions.
struct Sparse {
  std::vector<std::uint32_t> positions;
  std::vector<float> values;
};

/// Where |x| > tau, and where x is NaN. REQUIRES: tau >= 0; at most 2^32 values, as below.
Sparse keep_above(const std::vector<float>& values, float tau);

/// The `count` largest in magnitude, equal ones by position. NaN and infinity are alike, and larger
/// than all numbers; if not all of them are kept, all that is kept becomes NaN.
/// REQUIRES: count <= values.size().
Sparse keep_largest(const std::vector<float>& values, std::size_t count);

/// The kept values at their positions among `count`, and zeros.
std::vector<float> spread(const Sparse& sparse, std::size_t count);

}  // namespace commsim::probe
