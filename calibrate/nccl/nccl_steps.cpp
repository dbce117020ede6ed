#include "calibrate/nccl/nccl_steps.hpp"

#include <bit>

namespace commsim {

int nccl_steps(NcclCollective collective, int ranks) {
  switch (collective) {
    case NcclCollective::kAllReduce:
      return 2 * (ranks - 1);
    case NcclCollective::kAllGather:
    case NcclCollective::kReduceScatter:
      return ranks - 1;
    case NcclCollective::kBroadcast:
    case NcclCollective::kReduce:
      break;
  }
  return ranks;
}

int nccl_steps_between_servers(NcclCollective collective, const NcclSystem& system) {
  constexpr NcclVersion kCountsRight{23};
  const int servers = system.servers;
  if (servers == 1) return 0;
  switch (collective) {
    case NcclCollective::kAllReduce:
      return system.version < kCountsRight ? 2 * servers : 2 * (servers - 1);
    case NcclCollective::kAllGather:
    case NcclCollective::kReduceScatter:
      return servers - 1;
    case NcclCollective::kBroadcast:
    case NcclCollective::kReduce:
      break;
  }
  return servers;
}

int nccl_levels(int servers) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(servers))) - 1;
}

}  // namespace commsim
