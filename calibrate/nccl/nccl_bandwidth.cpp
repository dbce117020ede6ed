#include "calibrate/nccl/nccl_bandwidth.hpp"

#include <algorithm>

#include "calibrate/nccl/nccl_steps.hpp"
#include "calibrate/nccl/nvls_bandwidth.hpp"

namespace commsim {
namespace nccl_bandwidth_parts {
namespace {

constexpr double kPacked = .92;  // 120 bytes of data in 128, and some more

// LL: half of what is sent are flags; older versions took off more.
double ring_ll(const NcclSystem& system, const NcclConstants& constants, NcclCollective collective,
               double bus) {
  constexpr NcclVersion kFirstWithHalf{21};
  const double cap = ll_cap(constants, system);
  if (system.version >= kFirstWithHalf) return std::min(cap, bus / 2);
  const bool sums =
      collective == NcclCollective::kAllReduce || collective == NcclCollective::kReduce;
  return std::min(cap, bus / (system.servers > 1 || sums ? 4 : 3));
}

double ring(const NcclSystem& system, const NcclConstants& constants, NcclCollective collective,
            NcclProtocol protocol, const NcclChannels& channels, double bus) {
  constexpr NcclVersion kFirstWithoutDiscount{23};
  constexpr double kLoneGpu = .7;  // that sends and receives over one NIC
  if (protocol == NcclProtocol::kLl) bus = ring_ll(system, constants, collective, bus);
  if (protocol == NcclProtocol::kLl128) {
    const bool discount = system.gpus == 1 && system.version < kFirstWithoutDiscount;
    bus = std::min(bus * (discount ? kLoneGpu : kPacked),
                   channels.count * at(constants.ring_ll128, system));
  }
  const int ranks = system.ranks();
  return bus * ranks / nccl_steps(collective, ranks);
}

double tree(const NcclSystem& system, const NcclConstants& constants, NcclProtocol protocol,
            const NcclChannels& channels, double bus) {
  constexpr double kLl = 3.8;
  constexpr double kPlain = .85;
  bus = std::min(bus * kPacked, channels.count * at(constants.tree, system));
  if (protocol == NcclProtocol::kLl) bus = std::min(bus / kLl, ll_cap(constants, system));
  if (protocol == NcclProtocol::kLl128) {
    const double packed = system.servers == 1 ? 7.0 / 9 : 120.0 / 128;
    bus = std::min(bus * packed, channels.count * at(constants.tree_ll128, system));
  }
  return bus / 2 * (channels.plain_tree ? kPlain : 1);
}

double pat(const NcclSystem& system, double bus) {
  constexpr NcclVersion kFirst{23};
  return bus * (system.version == kFirst ? .85 : .75);
}

double collnet_direct(const NcclSystem& system, NcclCollective collective,
                      const NcclChannels& channels, double bus) {
  if (collective == NcclCollective::kAllReduce) {
    const double gpus_of_a_head = static_cast<double>(system.gpus) / channels.count;
    const double factor = (gpus_of_a_head + 1) / 2;
    return bus / factor * (system.generation >= GpuGeneration::kHopper ? .85 : 1) / 2;
  }
  constexpr NcclVersion kFirstByNic{27};
  if (system.version >= kFirstByNic) {
    return system.gpus * std::min(channels.inner, .9 * channels.outer);
  }
  const double share = (system.gpus - 1) / 7.0;  // found for 1 GPU and for 8
  return system.gpus * channels.inner * (share * .85 + (1 - share) * .95);
}

}  // namespace
}  // namespace nccl_bandwidth_parts

double nccl_bandwidth(const NcclSystem& system, const NcclConstants& constants,
                      NcclCollective collective, NcclAlgorithm algorithm, NcclProtocol protocol,
                      const NcclChannels& channels) {
  namespace parts = nccl_bandwidth_parts;
  const double bus = channels.count * (system.servers <= 2 ? channels.inner : channels.outer);
  const double collnet_bus = channels.count * channels.inner;
  switch (algorithm) {
    case NcclAlgorithm::kRing:
      return parts::ring(system, constants, collective, protocol, channels, bus);
    case NcclAlgorithm::kTree:
      return parts::tree(system, constants, protocol, channels, bus);
    case NcclAlgorithm::kCollNetDirect:
      return parts::collnet_direct(system, collective, channels, collnet_bus);
    case NcclAlgorithm::kCollNetChain:
      return collnet_bus / 2;
    case NcclAlgorithm::kPat:
      return parts::pat(system, bus);
    case NcclAlgorithm::kNvls:
    case NcclAlgorithm::kNvlsTree:
      break;
  }
  return nvls_bandwidth(system, constants, collective, algorithm, channels);
}

}  // namespace commsim
