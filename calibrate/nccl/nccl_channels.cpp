#include "calibrate/nccl/nccl_channels.hpp"

#include <algorithm>

#include "calibrate/nccl/nccl_speeds.hpp"
#include "calibrate/nccl/nvls_channels.hpp"

namespace commsim {
namespace nccl_search {
namespace {

// Of the one channel that is taken where nothing fits.
constexpr double kNoPath = .1;

double sum(const NcclChannels& channels) { return channels.count * channels.inner; }

std::size_t first_within(std::span<const double> list, double most) {
  std::size_t i = 0;
  while (list[i] > most + kSlack && i + 1 < list.size()) ++i;
  return i;
}

// Fast channels are taken twice, at half their speed.
void double_fast(const NcclSystem& system, NcclChannels& channels) {
  constexpr double kFast = 25;
  constexpr double kFastSinceHopper = 50;
  constexpr int kFew = 4;
  if (channels.inner < kFast) return;
  const bool new_kind = system.generation >= GpuGeneration::kHopper;
  if (new_kind && channels.inner < kFastSinceHopper && channels.count > kFew) return;
  const int count = std::min(2 * channels.count, most_channels(system.version));
  const int share = (count + channels.count - 1) / channels.count;
  channels.inner /= share;
  channels.outer /= share;
  channels.count = count;
}

// As many, but faster.
void raise(const NcclSystem& system, NcclChannels& channels) {
  const auto list = speeds(system);
  for (auto i = first_within(list, channels.outer); i-- > 0;) {
    if (rings(system, list[i]) < channels.count) return;
    channels.inner = channels.outer = list[i];
  }
}

NcclChannels ring(const NcclSystem& system) {
  const auto list = speeds(system);
  NcclChannels best;
  for (auto i = first_within(list, fastest_path(system)); i < list.size(); ++i) {
    if (best.count > 0 && list[i] / best.outer <= kSlowest) break;
    const NcclChannels found{.count = rings(system, list[i]), .inner = list[i], .outer = list[i]};
    if (sum(found) > sum(best)) best = found;
    if (best.count == most_channels(system.version) || sum(best) >= all_of_a_gpu(system) - kSlack)
      break;
  }
  if (best.count == 0) return {.count = 1, .inner = kNoPath, .outer = kNoPath, .same_order = true};
  double_fast(system, best);
  raise(system, best);
  best.same_order = system.servers == 1 || system.nics == 1;
  return best;
}

// As many as there are rings. Between servers a tree may be faster within them, up to twice.
NcclChannels tree(const NcclSystem& system) {
  const auto list = speeds(system);
  const int gpus = system.gpus;
  NcclChannels found = ring(system);
  if (found.outer == kNoPath) return found;
  const double room =
      all_of_a_gpu(system) * (gpus > 1 ? static_cast<double>(gpus) / (gpus - 1) : 1);
  auto i = first_within(list, std::min(fastest_path(system), room / found.count));
  while (i + 1 < list.size() && !chains_fit(system, found.count, list[i], list[i])) ++i;
  found.inner = found.outer = list[i];
  while (i > 0 && found.inner < 2 * found.outer &&
         chains_fit(system, found.count, list[i - 1], found.outer)) {
    found.inner = list[--i];
  }
  const bool lone_nics = system.servers > 1 && system.nics >= gpus;
  found.plain_tree = gpus == 1 || (system.generation >= GpuGeneration::kHopper && lone_nics);
  return found;
}

}  // namespace
}  // namespace nccl_search

NcclChannels nccl_channels(const NcclSystem& system, NcclAlgorithm algorithm) {
  switch (algorithm) {
    case NcclAlgorithm::kRing:
      return nccl_search::ring(system);
    case NcclAlgorithm::kTree:
    case NcclAlgorithm::kPat:
      return nccl_search::tree(system);
    case NcclAlgorithm::kCollNetChain:
      return system.collnet ? nccl_search::tree(system) : NcclChannels{};
    case NcclAlgorithm::kCollNetDirect:
      return nccl_search::direct_heads(system);
    case NcclAlgorithm::kNvls:
    case NcclAlgorithm::kNvlsTree:
      break;
  }
  return nccl_search::nvls_heads(system);
}

int nccl_thread_blocks(const NcclSystem& system) {
  constexpr double kFast = 45;
  constexpr int kMany = 16;
  const int most =
      nccl_search::kThreadBlocksOfAChannel * nccl_search::most_channels(system.version);
  const NcclChannels ring = nccl_channels(system, NcclAlgorithm::kRing);
  int blocks = std::min(most, nccl_search::kThreadBlocksOfAChannel * ring.count);
  if (system.servers == 1) return blocks;
  const NcclChannels chain = nccl_channels(system, NcclAlgorithm::kCollNetChain);
  if (chain.inner > chain.outer && system.gpus > 1) blocks = std::min(most, blocks + blocks / 2);
  const bool few = system.generation >= GpuGeneration::kHopper && ring.inner > kFast;
  return few && blocks < kMany ? 2 * blocks : blocks;
}

}  // namespace commsim
