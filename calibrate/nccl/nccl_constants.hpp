// The numbers that NCCL's model of time is made of, by version.
#pragma once

#include <array>

#include "calibrate/nccl/nccl_system.hpp"

namespace commsim {

/// A value for LL, LL128 and Simple.
using NcclByProtocol = std::array<double, kNcclProtocols.size()>;
/// And for each algorithm.
using NcclByAlgorithm = std::array<NcclByProtocol, kNcclAlgorithms.size()>;
/// A value for one server, for two, and for more.
using NcclByServers = std::array<double, 3>;
/// And for each generation of GPUs.
using NcclByGeneration = std::array<NcclByServers, 4>;

constexpr double at(const NcclByAlgorithm& table, NcclAlgorithm algorithm, NcclProtocol protocol) {
  return table[static_cast<std::size_t>(algorithm)][static_cast<std::size_t>(protocol)];
}

/// Source: NCCL, src/graph/tuning.cc, tags v2.18.6 to v2.30.7. NCCL says of none how it was found.
struct NcclConstants {
  NcclByAlgorithm base;    ///< latency of a call, microseconds
  NcclByAlgorithm nvlink;  ///< latency of a step over NVLink
  NcclByAlgorithm pcie;    ///< over PCIe
  NcclByAlgorithm network;
  NcclByGeneration ll;          ///< GB/s of all channels; between servers by the CPU, see ll_cap()
  NcclByGeneration ring_ll128;  ///< GB/s of a channel
  NcclByGeneration tree_ll128;
  NcclByGeneration tree;
  NcclByGeneration nvls_tree;             ///< since 2.28
  std::array<double, 4> nvls_efficiency;  ///< by generation, since 2.28
};

NcclConstants nccl_constants(NcclVersion version);

/// A table's value for the GPUs and the number of servers.
double at(const NcclByGeneration& table, const NcclSystem& system);
/// The most that LL reaches: in one server by its GPUs, between servers by their CPUs.
double ll_cap(const NcclConstants& constants, const NcclSystem& system);

/// Trees fall short of their bandwidth at middle sizes: the share that is left, by the size and the
/// protocol. 1 for other algorithms.
double nccl_correction(const NcclSystem& system, NcclCollective collective, NcclAlgorithm algorithm,
                       NcclProtocol protocol, Bytes size);

}  // namespace commsim
