#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "calibrate/probe/cuda/check.hpp"
#include "calibrate/probe/kernels/copy_reduce.hpp"

namespace commsim::probe {
namespace {

constexpr int kThreads = 512;
constexpr int kUnroll = 4;

// Loads of several vectors are in flight before the first is stored.
__device__ void copy_vectors(const int4* from, int4* to, std::size_t count) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i + (kUnroll - 1) * stride < count; i += kUnroll * stride) {
    int4 held[kUnroll];
#pragma unroll
    for (int k = 0; k < kUnroll; ++k) held[k] = from[i + k * stride];
#pragma unroll
    for (int k = 0; k < kUnroll; ++k) to[i + k * stride] = held[k];
  }
  for (; i < count; i += stride) to[i] = from[i];
}

__global__ void copy(const int4* from, int4* to, std::size_t count) {
  copy_vectors(from, to, count);
}

__global__ void holding_copy(const int4* from, int4* to, std::size_t count,
                             HoldingControl* control) {
  if (threadIdx.x == 0) atomicAdd_system(&control->started, 1);
  const volatile int* stop = &control->stop;
  while (!__syncthreads_or(threadIdx.x == 0 ? *stop : 0)) copy_vectors(from, to, count);
}

// Two elements at a time where the hardware adds two.
struct AddFloat {
  using Unit = float;
  __device__ static Unit add(Unit a, Unit b) { return a + b; }
};
struct AddHalf {
  using Unit = __half2;
  __device__ static Unit add(Unit a, Unit b) { return __hadd2(a, b); }
};
struct AddBfloat {
  using Unit = __nv_bfloat162;
  __device__ static Unit add(Unit a, Unit b) { return __hadd2(a, b); }
};

template <typename Add>
__device__ int4 add_vectors(int4 a, int4 b) {
  using Unit = typename Add::Unit;
  constexpr int kUnits = sizeof(int4) / sizeof(Unit);
  Unit* left = reinterpret_cast<Unit*>(&a);
  const Unit* right = reinterpret_cast<const Unit*>(&b);
#pragma unroll
  for (int k = 0; k < kUnits; ++k) left[k] = Add::add(left[k], right[k]);
  return a;
}

template <typename Add>
__global__ void reduce(const int4* from, int4* to, std::size_t count) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i + (kUnroll - 1) * stride < count; i += kUnroll * stride) {
    int4 left[kUnroll];
    int4 right[kUnroll];
#pragma unroll
    for (int k = 0; k < kUnroll; ++k) {
      left[k] = to[i + k * stride];
      right[k] = from[i + k * stride];
    }
#pragma unroll
    for (int k = 0; k < kUnroll; ++k) to[i + k * stride] = add_vectors<Add>(left[k], right[k]);
  }
  for (; i < count; i += stride) to[i] = add_vectors<Add>(to[i], from[i]);
}

}  // namespace

void launch_copy(cudaStream_t stream, int blocks, const void* from, void* to, std::size_t bytes) {
  copy<<<blocks, kThreads, 0, stream>>>(static_cast<const int4*>(from), static_cast<int4*>(to),
                                        bytes / sizeof(int4));
}

void launch_reduce(cudaStream_t stream, int blocks, const std::string& dtype, const void* from,
                   void* to, std::size_t bytes) {
  const auto* source = static_cast<const int4*>(from);
  auto* target = static_cast<int4*>(to);
  const std::size_t count = bytes / sizeof(int4);
  if (dtype == "float16") {
    reduce<AddHalf><<<blocks, kThreads, 0, stream>>>(source, target, count);
  } else if (dtype == "bfloat16") {
    reduce<AddBfloat><<<blocks, kThreads, 0, stream>>>(source, target, count);
  } else {
    reduce<AddFloat><<<blocks, kThreads, 0, stream>>>(source, target, count);
  }
}

void launch_holding_copy(cudaStream_t stream, int blocks, const void* from, void* to,
                         std::size_t bytes, HoldingControl* control) {
  int gpu = 0;
  int shared = 0;
  check(cudaGetDevice(&gpu), "no GPU");
  check(cudaDeviceGetAttribute(&shared, cudaDevAttrMaxSharedMemoryPerBlockOptin, gpu),
        "no shared memory");
  check(cudaFuncSetAttribute(holding_copy, cudaFuncAttributeMaxDynamicSharedMemorySize, shared),
        "no shared memory");
  holding_copy<<<blocks, kThreads, static_cast<std::size_t>(shared), stream>>>(
      static_cast<const int4*>(from), static_cast<int4*>(to), bytes / sizeof(int4), control);
  check(cudaGetLastError(), "the copy cannot start");
}

}  // namespace commsim::probe
