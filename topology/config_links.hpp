// What several kinds of topology read in the same way.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/config_reader.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// The map {bandwidth, latency} under `key`. Keys that are absent take the value of `otherwise`;
/// without it the bandwidth is required and the latency is zero.
LinkSpec read_link(ConfigReader& section, std::string_view key,
                   std::optional<LinkSpec> otherwise = std::nullopt);

/// The required key `ranks`, from 1 to TopologyBuilder::kMostRanks.
std::int64_t read_ranks(ConfigReader& section);

}  // namespace commsim
