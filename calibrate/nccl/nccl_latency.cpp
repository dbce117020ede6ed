#include "calibrate/nccl/nccl_latency.hpp"

#include <algorithm>

#include "calibrate/nccl/nccl_steps.hpp"

namespace commsim {
namespace nccl_latency_parts {
namespace {

// Since then a lone GPU of a server pays the latencies of the network in full.
constexpr NcclVersion kFirstWithLoneGpus{23};

const NcclByAlgorithm& inner_table(const NcclSystem& system, const NcclConstants& constants) {
  return system.nvlink > 0 && system.gpus > 1 ? constants.nvlink : constants.pcie;
}

double inner_step(const NcclSystem& system, const NcclConstants& constants, NcclAlgorithm algorithm,
                  NcclProtocol protocol) {
  return at(inner_table(system, constants), algorithm, protocol);
}

// Simple waits for the NIC a second time, to see the data flushed.
double outer_step(const NcclSystem& system, const NcclConstants& constants, NcclAlgorithm algorithm,
                  NcclProtocol protocol) {
  const bool lone = system.gpus == 1 && system.version >= kFirstWithLoneGpus;
  const NcclAlgorithm row = lone ? NcclAlgorithm::kTree : algorithm;
  const int waits = protocol == NcclProtocol::kSimple ? 2 : 1;
  return at(constants.network, row, protocol) + waits * system.nic_latency;
}

double posting(const NcclSystem& system, NcclProtocol protocol) {
  if (system.servers == 1) return 0;
  const double once = system.cpu == CpuMaker::kAmd ? 2 : 1;
  return protocol == NcclProtocol::kSimple ? 3 * once : once;
}

// Broadcast and reduce pass each GPU once. The step is that of the slowest link; of rings that
// differ in order each adds the time of a chunk, for which Simple takes that of a tree.
double one_way_ring(const NcclSystem& system, const NcclConstants& constants, NcclProtocol protocol,
                    const NcclChannels& channels) {
  const auto& table = system.servers == 1 ? inner_table(system, constants) : constants.network;
  if (channels.same_order) return at(table, NcclAlgorithm::kRing, protocol);
  const auto row = protocol == NcclProtocol::kSimple ? NcclAlgorithm::kTree : NcclAlgorithm::kRing;
  return system.ranks() * at(table, row, protocol);
}

double ring(const NcclSystem& system, NcclCollective collective, NcclProtocol protocol,
            double inner, double outer) {
  const int steps = nccl_steps(collective, system.ranks());
  const int between = nccl_steps_between_servers(collective, system);
  return (steps - between) * std::max(inner, posting(system, protocol)) + between * outer;
}

}  // namespace
}  // namespace nccl_latency_parts

double nccl_latency(const NcclSystem& system, const NcclConstants& constants,
                    NcclCollective collective, NcclAlgorithm algorithm, NcclProtocol protocol,
                    const NcclChannels& channels) {
  namespace parts = nccl_latency_parts;
  const double inner = parts::inner_step(system, constants, algorithm, protocol);
  const double outer = parts::outer_step(system, constants, algorithm, protocol);
  const double base = at(constants.base, algorithm, protocol);
  const int others = system.gpus - 1;
  const int levels = nccl_levels(system.servers);
  switch (algorithm) {
    case NcclAlgorithm::kRing: {
      const bool one_way =
          collective == NcclCollective::kBroadcast || collective == NcclCollective::kReduce;
      return base + (one_way ? parts::one_way_ring(system, constants, protocol, channels)
                             : parts::ring(system, collective, protocol, inner, outer));
    }
    case NcclAlgorithm::kTree:
      return base + 2 * (others * inner + levels * outer);
    case NcclAlgorithm::kCollNetDirect: {
      constexpr double kSerial = .4;  // of each GPU that a head collects from
      return base + 2 * (std::min(1, others) * inner + others * kSerial) + outer;
    }
    case NcclAlgorithm::kCollNetChain:
      return base + 2 * others * inner + outer;
    case NcclAlgorithm::kNvls:
      return base + inner + (system.servers > 1 ? outer : 0);
    case NcclAlgorithm::kNvlsTree:
      return base + inner + 2 * levels * outer;
    case NcclAlgorithm::kPat:
      break;
  }
  constexpr double kOverlap = 3.5;
  constexpr double kEachRank = 2.8;
  return base + levels * outer / kOverlap + kEachRank * system.ranks();
}

}  // namespace commsim
