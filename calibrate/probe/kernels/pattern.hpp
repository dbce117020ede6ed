// Known data into memory, and a count of what came out wrong.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <string>

#include "calibrate/probe/host/expectation.hpp"

namespace commsim::probe {

/// Whose data.
struct Pattern {
  std::uint64_t seed = 1;
  int rank = 0;
  std::uint64_t modulus = 16;
};

/// Element i, of a type of data_types(), becomes pattern_value(seed, rank, i, modulus).
void launch_fill(cudaStream_t stream, const std::string& dtype, void* data, std::uint64_t count,
                 const Pattern& pattern);

/// Adds to *wrong how many of `count` elements are not as expected.
void launch_check(cudaStream_t stream, const std::string& dtype, const void* data,
                  std::uint64_t count, std::uint64_t seed, const Expectation& expectation,
                  unsigned long long* wrong);

}  // namespace commsim::probe
