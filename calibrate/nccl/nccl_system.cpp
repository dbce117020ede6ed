#include "calibrate/nccl/nccl_system.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/error.hpp"

namespace commsim {
namespace nccl_system_facts {
namespace {

// The first that has tables for Blackwell.
constexpr NcclVersion kFirstWithBlackwell{25};
constexpr double kGiga = 1e9;

void check_rate(double rate, bool needed, const char* what) {
  if (std::isfinite(rate) && rate >= 0 && (rate > 0 || !needed)) return;
  throw RequestError(fmt::format("NCCL's model needs {}, in GB/s above zero", what));
}

}  // namespace
}  // namespace nccl_system_facts

void check(const NcclSystem& system) {
  using nccl_system_facts::check_rate;
  ensure(system.servers >= 1 && system.gpus >= 1, "servers have GPUs");
  if (system.ranks() < 2) {
    throw RequestError("NCCL's model has no time for a single rank; legal: 2 ranks or more");
  }
  if (system.generation == GpuGeneration::kBlackwell &&
      system.version < nccl_system_facts::kFirstWithBlackwell) {
    throw RequestError(fmt::format("NCCL {} has no tables for Blackwell; legal: {} or newer",
                                   to_text(system.version),
                                   to_text(nccl_system_facts::kFirstWithBlackwell)));
  }
  check_rate(system.nvlink, false, "the rate of NVLinks");
  check_rate(system.pcie, system.gpus > 1 && system.nvlink == 0, "the rate of NVLinks or of PCIe");
  if (system.servers == 1) return;
  if (system.nics < 1) throw RequestError("NCCL's model needs a NIC or more in each server");
  check_rate(system.nic, true, "the rate of a NIC");
  if (!std::isfinite(system.nic_latency) || system.nic_latency < 0) {
    throw RequestError("the latency of a NIC cannot be negative");
  }
}

double nccl_nvlink_rate(GpuGeneration generation, double links) {
  constexpr std::array kRates{20.0, 20.0, 20.6, 40.1};
  return links * kRates[static_cast<std::size_t>(generation)];
}

Bandwidth nominal_nvlink(GpuGeneration generation) {
  return generation == GpuGeneration::kBlackwell ? 50_GBps : 25_GBps;
}

double nccl_pcie_rate(Bandwidth payload) {
  constexpr double kCounted = 24;
  constexpr double kPayload = 31.5;
  return payload.bytes_per_second() / nccl_system_facts::kGiga * kCounted / kPayload;
}

double nccl_nic_rate(Bandwidth port) { return port.bytes_per_second() / nccl_system_facts::kGiga; }

}  // namespace commsim
