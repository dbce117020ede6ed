// Orders in which the GPUs of a cluster may be given ranks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// "packed", "round_robin", "random".
const std::vector<std::string>& rank_orders();

/// All GPUs in one of these orders: as they were added; one from each server in turn; shuffled by
/// the seed. Throws RequestError for round_robin where a GPU is in no server.
std::vector<DeviceId> gpus_in_order(const Topology& topology, std::string_view order,
                                    std::uint64_t seed);

}  // namespace commsim
