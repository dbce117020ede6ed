#include "calibrate/nccl/nvls_bandwidth.hpp"

#include <algorithm>

#include "calibrate/nccl/nccl_steps.hpp"

namespace commsim {
namespace nvls_bandwidth_parts {
namespace {

double since_2_28(const NcclSystem& system, const NcclConstants& constants, bool all_reduce,
                  bool tree, const NcclChannels& channels) {
  const double heads = channels.count;
  const double gpus = system.gpus;
  double inner = channels.inner *
                 constants.nvls_efficiency[static_cast<std::size_t>(system.generation)] *
                 (heads - 1) / heads;
  inner *= all_reduce ? 2 : (gpus - 1) / gpus;
  double outer = channels.outer;
  if (tree && system.servers <= 2) outer *= 2;
  if (tree) outer = std::min(outer, at(constants.nvls_tree, system));
  const double bus = heads * std::min(inner, outer);
  if (!all_reduce) return bus;
  const int ranks = system.ranks();
  return bus * ranks / nccl_steps(NcclCollective::kAllReduce, ranks);
}

double before_2_28(const NcclSystem& system, bool all_reduce, bool tree,
                   const NcclChannels& channels) {
  constexpr NcclVersion kFirstWithPlainTrees{19};
  constexpr NcclVersion kFirstByBusAlone{23};
  double outer = channels.outer;
  if (tree && system.servers > 2) outer /= 2;
  const double bus = channels.count * std::min(channels.inner, outer);
  if (tree && system.version < kFirstWithPlainTrees) {
    return bus * .7 * system.servers / (2 * (system.servers - 1));
  }
  const bool by_bus_alone = !all_reduce && system.version >= kFirstByBusAlone;
  return by_bus_alone ? bus : bus * 5 / 6;
}

}  // namespace
}  // namespace nvls_bandwidth_parts

double nvls_bandwidth(const NcclSystem& system, const NcclConstants& constants,
                      NcclCollective collective, NcclAlgorithm algorithm,
                      const NcclChannels& channels) {
  constexpr NcclVersion kFirstWithEfficiency{28};
  const bool all_reduce = collective == NcclCollective::kAllReduce;
  const bool tree = algorithm == NcclAlgorithm::kNvlsTree;
  if (system.version >= kFirstWithEfficiency) {
    return nvls_bandwidth_parts::since_2_28(system, constants, all_reduce, tree, channels);
  }
  return nvls_bandwidth_parts::before_2_28(system, all_reduce, tree, channels);
}

}  // namespace commsim
