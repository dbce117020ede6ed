// What several fabrics read in the same way from the topology section.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/config_reader.hpp"
#include "topology/fabric_plan.hpp"

namespace commsim {

/// What enters a switch from below over what leaves it upwards, in millionths, so that ratios such
/// as 1.1 are exact; 1'000'000 or more.
struct Oversubscription {
  std::int64_t millionths = 1'000'000;
};

/// The whole number from 1 to `most` under `key`; if it is absent, `otherwise`, without which the
/// key is required.
std::int64_t read_count(ConfigReader& section, std::string_view key, std::int64_t most,
                        std::optional<std::int64_t> otherwise = std::nullopt);

/// The ratio under `key`, from 1 (the default) to a million.
Oversubscription read_oversubscription(ConfigReader& section,
                                       std::string_view key = "oversubscription");

/// The required number of servers on one leaf, or of ranks if the ports are bare. A lone server
/// needs no such key.
std::int64_t read_servers_per_leaf(ConfigReader& section, const FabricShape& shape);

/// `fabric_latency`, that of a cable between switches; by default that of a port's cable.
Duration read_fabric_latency(ConfigReader& section, const FabricShape& shape);

/// Reports it if the ports are more than there is room for.
void refuse_too_many_ports(ConfigReader& section, const FabricShape& shape, std::int64_t room);

}  // namespace commsim
