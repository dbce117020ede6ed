#include "calibrate/nccl/nccl_speeds.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace commsim::nccl_search {
namespace {

constexpr std::array kOne{40., 30., 20., 18., 15., 12., 10., 9., 7., 6., 5., 4., 3.};
constexpr std::array kSeveral{48., 30., 28., 24., 20., 18., 15., 12., 10., 9.,
                              7.,  6.,  5.,  4.,  3.,  2.4, 1.2, .24, .12};
constexpr std::array kOneHopper{60., 50., 40., 30., 24., 20., 15., 12., 11., 6., 3.};
constexpr std::array kSeveralHopper{48., 45., 42., 40., 30., 24., 22., 20., 17.5,
                                    15., 12., 6.,  3.,  2.4, 1.2, .24, .12};
constexpr std::array kOneBlackwell{90., 80., 70., 60., 50., 45., 40., 30., 24., 20., 19., 18.};
constexpr std::array kSeveralBlackwell{96., 86.,  80., 48., 45.1, 42., 40., 30., 24., 22.,
                                       20., 17.5, 15., 12., 6.,   3.,  2.4, 1.2, .24, .12};

int times(double width, double speed) {
  constexpr double kMost = 1 << 20;
  return static_cast<int>(std::min(std::floor(width / speed + kSlack), kMost));
}

// The share of its GPUs that send on within the server: on NVLinks the last one does not, over PCIe
// it sends to its NIC by the same link.
double sending(const NcclSystem& system) {
  if (system.servers == 1 || system.nvlink == 0) return 1;
  return static_cast<double>(system.gpus - 1) / system.gpus;
}

// Channels that the NICs carry, and the PCIe links of GPUs that have several NICs.
int on_nics(const NcclSystem& system, double speed) {
  const int count = system.nics * times(system.nic, speed);
  if (system.nics <= system.gpus || system.pcie == 0) return count;
  return std::min(count, system.gpus * times(system.pcie, speed));
}

int in_server(const NcclSystem& system, double speed) {
  if (system.gpus == 1) return INT32_MAX;
  return times(system.inner(), speed * sending(system));
}

}  // namespace

std::span<const double> speeds(const NcclSystem& system) {
  const bool one = system.servers == 1;
  switch (system.generation) {
    case GpuGeneration::kHopper:
      return one ? std::span<const double>(kOneHopper) : kSeveralHopper;
    case GpuGeneration::kBlackwell:
      return one ? std::span<const double>(kOneBlackwell) : kSeveralBlackwell;
    case GpuGeneration::kVolta:
    case GpuGeneration::kAmpere:
      break;
  }
  return one ? std::span<const double>(kOne) : kSeveral;
}

int most_channels(NcclVersion version) {
  constexpr NcclVersion kFirstWith64{25};
  return (version < kFirstWith64 ? 32 : 64) / kThreadBlocksOfAChannel;
}

double fastest_path(const NcclSystem& system) {
  return system.servers > 1 ? system.nic : system.inner();
}

double all_of_a_gpu(const NcclSystem& system) { return std::max(system.nvlink, system.pcie); }

int rings(const NcclSystem& system, double speed) {
  int count = in_server(system, speed);
  if (system.servers > 1) count = std::min(count, on_nics(system, speed));
  return std::min(count, most_channels(system.version));
}

bool chains_fit(const NcclSystem& system, int count, double inner, double outer) {
  if (system.servers > 1) {
    return count <= on_nics(system, outer) && count <= in_server(system, inner);
  }
  // A chain of two GPUs needs a link one way only, so half of the chains go the other way.
  const int ways = system.gpus == 2 ? 2 : 1;
  return count <= ways * in_server(system, inner);
}

}  // namespace commsim::nccl_search
