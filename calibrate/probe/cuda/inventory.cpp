#include "calibrate/probe/cuda/inventory.hpp"

#include <cuda_runtime_api.h>
#ifdef COMMSIM_PROBE_NCCL
#include <nccl.h>
#endif

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "calibrate/probe/cuda/check.hpp"
#include "calibrate/probe/cuda/nvml.hpp"

namespace commsim::probe {

Inventory built_with() {
  Inventory inventory;
#ifdef COMMSIM_PROBE_NCCL
  if (ncclGetVersion(&inventory.nccl) != ncclSuccess) inventory.nccl = 0;
#endif
#ifdef COMMSIM_PROBE_CUBLAS
  inventory.cublas = true;
#endif
#ifdef COMMSIM_PROBE_CODECS
  inventory.codecs = true;
#endif
  return inventory;
}

Inventory take_inventory() {
  Inventory inventory = built_with();
  int count = 0;
  check(cudaGetDeviceCount(&count), "no GPU");
  if (count == 0) throw std::runtime_error("no GPU");
  for (int gpu = 0; gpu < count; ++gpu) {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, gpu), "no GPU");
    inventory.gpus.emplace_back(properties.name);
    const std::uint64_t memory = properties.totalGlobalMem;
    inventory.memory = gpu == 0 ? memory : std::min(inventory.memory, memory);
    if (gpu > 0) continue;
    constexpr int kTen = 10;
    inventory.multiprocessors = properties.multiProcessorCount;
    inventory.compute_capability = properties.major * kTen + properties.minor;
  }
  check(cudaDriverGetVersion(&inventory.driver_cuda), "no driver");
  check(cudaRuntimeGetVersion(&inventory.runtime_cuda), "no runtime");
  inventory.driver = nvml_driver();
  return inventory;
}

std::string pci_bus_id(int gpu) {
  std::array<char, 32> text{};
  check(cudaDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), gpu), "no PCI address");
  return text.data();
}

}  // namespace commsim::probe
