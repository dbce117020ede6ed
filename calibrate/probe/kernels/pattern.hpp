// Known data into memory, and a count of what came out wrong.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "calibrate/probe/host/expectation.hpp"

namespace commsim::probe {

/// Element i becomes pattern_value(seed, rank, i).
void launch_fill(cudaStream_t stream, float* data, std::uint64_t count, std::uint64_t seed,
                 int rank);

/// Adds to *wrong how many of `count` elements are not as expected.
void launch_check(cudaStream_t stream, const float* data, std::uint64_t count, std::uint64_t seed,
                  const Expectation& expectation, unsigned long long* wrong);

}  // namespace commsim::probe
