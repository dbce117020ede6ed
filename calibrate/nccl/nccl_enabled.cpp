#include "calibrate/nccl/nccl_enabled.hpp"

namespace commsim {
namespace nccl_enabled_rules {
namespace {

constexpr NcclVersion kFirstWithPat{23};
constexpr NcclVersion kFirstThatNeedsTwoHeads{28};

// Whether there is such a kernel at all.
bool exists(NcclCollective collective, NcclAlgorithm algorithm) {
  switch (collective) {
    case NcclCollective::kAllReduce:
      return algorithm != NcclAlgorithm::kPat;
    case NcclCollective::kAllGather:
    case NcclCollective::kReduceScatter:
      return algorithm == NcclAlgorithm::kRing || algorithm == NcclAlgorithm::kPat ||
             algorithm == NcclAlgorithm::kNvls || algorithm == NcclAlgorithm::kCollNetDirect;
    case NcclCollective::kBroadcast:
    case NcclCollective::kReduce:
      break;
  }
  return algorithm == NcclAlgorithm::kRing;
}

bool has_protocol(const NcclSystem& system, NcclAlgorithm algorithm, NcclProtocol protocol) {
  const bool any = algorithm == NcclAlgorithm::kRing || algorithm == NcclAlgorithm::kTree;
  if (!any) return protocol == NcclProtocol::kSimple;
  return protocol != NcclProtocol::kLl128 || system.nvlink > 0 || system.gpus == 1;
}

}  // namespace
}  // namespace nccl_enabled_rules

bool nccl_enabled(const NcclSystem& system, NcclCollective collective, NcclAlgorithm algorithm,
                  NcclProtocol protocol, const NcclChannels& channels) {
  namespace rules = nccl_enabled_rules;
  if (!rules::exists(collective, algorithm) || channels.count == 0) return false;
  if (!rules::has_protocol(system, algorithm, protocol)) return false;
  const bool several = system.servers > 1;
  const bool divides = collective != NcclCollective::kAllReduce;
  const bool all_heads = channels.count >= system.gpus;
  const bool enough_heads = system.version < rules::kFirstThatNeedsTwoHeads || channels.count > 1;
  switch (algorithm) {
    case NcclAlgorithm::kTree:
    case NcclAlgorithm::kRing:
      return true;
    case NcclAlgorithm::kCollNetDirect:
      return several && system.collnet && (!divides || all_heads);
    case NcclAlgorithm::kCollNetChain:
      return several && system.collnet;
    case NcclAlgorithm::kNvls:
      if (several && (!system.collnet || (divides && !all_heads))) return false;
      return enough_heads;
    case NcclAlgorithm::kNvlsTree:
      return several && enough_heads;
    case NcclAlgorithm::kPat:
      break;
  }
  return several && system.gpus == 1 && system.version >= rules::kFirstWithPat;
}

}  // namespace commsim
