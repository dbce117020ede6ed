// Keeps elements by a condition on their position and value. For .cu files only.
#pragma once

#include <cuda_runtime_api.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/zip_iterator.h>
#include <thrust/tuple.h>

#include <cstddef>
#include <cstdint>
#include <cub/device/device_select.cuh>

#include "calibrate/probe/cuda/check.hpp"
#include "calibrate/probe/kernels/sparse.hpp"

namespace commsim::probe {

/// A position and the value there.
using Placed = thrust::tuple<std::uint32_t, float>;

/// Writes what `keeps` is true of, in the order of the positions, and how many these are. Without
/// `workspace` it only sets `bytes` to what that needs.
template <typename Keeps>
void keep_if(cudaStream_t stream, const float* values, std::size_t count, Keeps keeps,
             const SparseMessage& message, void* workspace, std::size_t& bytes) {
  const auto from = thrust::make_zip_iterator(thrust::counting_iterator<std::uint32_t>(0), values);
  const auto to = thrust::make_zip_iterator(message.positions, message.values);
  check(cub::DeviceSelect::If(workspace, bytes, from, to, message.count, static_cast<int>(count),
                              keeps, stream),
        "cannot select elements");
}

}  // namespace commsim::probe
