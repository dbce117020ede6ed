#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include "calibrate/probe/kernels/pattern.hpp"

namespace commsim::probe {
namespace {

constexpr int kThreads = 256;
constexpr int kBlocks = 512;

template <typename Element>
__global__ void fill(Element* data, std::uint64_t count, Pattern pattern) {
  const std::uint64_t stride = static_cast<std::uint64_t>(gridDim.x) * blockDim.x;
  std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i < count; i += stride) {
    data[i] = Element(pattern_value(pattern.seed, pattern.rank, i, pattern.modulus));
  }
}

template <typename Element>
__global__ void compare(const Element* data, std::uint64_t count, std::uint64_t seed,
                        Expectation expectation, unsigned long long* wrong) {
  const std::uint64_t stride = static_cast<std::uint64_t>(gridDim.x) * blockDim.x;
  std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i < count; i += stride) {
    const float found = static_cast<float>(data[i]);
    // Not `!=`, so that NaN is wrong as well.
    if (!(found == expected_value(expectation, seed, i))) atomicAdd(wrong, 1ULL);
  }
}

// Calls with a value of the type; all values of it are the same.
template <typename Act>
void with_type(const std::string& dtype, Act act) {
  if (dtype == "float16") {
    act(__half());
  } else if (dtype == "bfloat16") {
    act(__nv_bfloat16());
  } else if (dtype == "float8_e4m3") {
    act(__nv_fp8_e4m3());
  } else if (dtype == "float8_e5m2") {
    act(__nv_fp8_e5m2());
  } else {
    act(float());
  }
}

}  // namespace

void launch_fill(cudaStream_t stream, const std::string& dtype, void* data, std::uint64_t count,
                 const Pattern& pattern) {
  with_type(dtype, [&](auto element) {
    fill<<<kBlocks, kThreads, 0, stream>>>(static_cast<decltype(element)*>(data), count, pattern);
  });
}

void launch_check(cudaStream_t stream, const std::string& dtype, const void* data,
                  std::uint64_t count, std::uint64_t seed, const Expectation& expectation,
                  unsigned long long* wrong) {
  with_type(dtype, [&](auto element) {
    compare<<<kBlocks, kThreads, 0, stream>>>(static_cast<const decltype(element)*>(data), count,
                                              seed, expectation, wrong);
  });
}

}  // namespace commsim::probe
