#include "calibrate/nccl/nvls_channels.hpp"

#include <algorithm>
#include <cmath>

#include "calibrate/nccl/nccl_speeds.hpp"

namespace commsim::nccl_search {
namespace {

constexpr int kMostNvlsHeads = 32;
constexpr int kMostDirectHeads = 9;

int heads(const NcclSystem& system, int most) {
  const int gpus = std::min(system.gpus, most);
  return system.servers == 1 ? gpus : std::min(gpus, system.nics);
}

// How many of them a speed leaves room for.
int heads_at(const NcclSystem& system, double speed, int most) {
  return std::min(most, static_cast<int>(std::floor(system.nvlink / speed + kSlack)) - 1);
}

// In one server every GPU is a head, whatever speed that leaves. The speed between servers, which
// binds nothing there, is raised as far as the list goes, and counts as a bound of the bandwidth.
NcclChannels in_one_server(const NcclSystem& system, int all) {
  const auto list = speeds(system);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (heads_at(system, list[i], all) < all) continue;
    NcclChannels found{.count = all, .inner = list[i], .outer = list[i]};
    while (i > 0 && found.outer < 2 * found.inner) found.outer = list[--i];
    return found;
  }
  return {};
}

// Between servers more heads are better, then faster NICs.
NcclChannels between_servers(const NcclSystem& system, int all) {
  NcclChannels best;
  const auto list = speeds(system);
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] > system.nic + kSlack) continue;
    if (best.count > 0 && list[i] / best.outer <= kSlowest) break;
    const int count = heads_at(system, list[i], all);
    const bool better = count > best.count || count * list[i] > best.count * best.outer;
    if (count > 0 && better) {
      best = {.count = count, .inner = list[i], .outer = list[i]};
      chosen = i;
    }
    if (best.count == all) break;
  }
  while (chosen > 0 && best.outer < 2 * best.inner && list[chosen - 1] <= system.nic + kSlack) {
    best.outer = list[--chosen];
  }
  return best;
}

}  // namespace

NcclChannels nvls_heads(const NcclSystem& system) {
  const bool able = system.nvls && system.nvlink > 0 && system.gpus > 1 &&
                    system.generation >= GpuGeneration::kHopper;
  if (!able) return {};
  const int all = heads(system, kMostNvlsHeads);
  return system.servers == 1 ? in_one_server(system, all) : between_servers(system, all);
}

NcclChannels direct_heads(const NcclSystem& system) {
  if (!system.collnet || system.servers == 1 || system.nvlink == 0) return {};
  const int all = heads(system, kMostDirectHeads);
  // Its own data once, and its share of what the other heads collect.
  const double load = 1 + (system.gpus > 1 ? (all - 1.0) / (system.gpus - 1) : 0);
  const auto list = speeds(system);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] > system.nic + kSlack || list[i] * load > system.nvlink + kSlack) continue;
    NcclChannels found{.count = all, .inner = list[i], .outer = list[i]};
    while (i > 0 && found.inner < 2 * found.outer && list[i - 1] * load <= system.nvlink + kSlack) {
      found.inner = list[--i];
    }
    return found;
  }
  return {};
}

}  // namespace commsim::nccl_search
