// A cluster of islands, each of equal servers, on one fabric.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "core/config_reader.hpp"
#include "topology/server_plan.hpp"

namespace commsim {

struct Island {
  std::int64_t servers = 1;
  std::unique_ptr<ServerPlan> server;
};

/// The required key `servers`, from 1 to TopologyBuilder::kMostRanks.
std::int64_t read_server_count(ConfigReader& section);

/// The optional key `parameter_servers`: how many hosts without ranks stand on the fabric.
std::int64_t read_parameter_servers(ConfigReader& section);

/// Reads `parameter_server_link`, `fabric` and the fabric's own keys from the topology section, and
/// builds everything: the islands' servers in order, numbered from 0 over all of them, parameter
/// servers "ps0" and so on, which are numbered after them, and the fabric. NIC i of a server is on
/// rail i; all devices of a server whose ports share a pod are in that pod. A lone server without
/// parameter servers has neither NICs nor fabric. After errors, returns nothing.
/// Throws RequestError for what cannot be built. REQUIRES: every island has a plan.
std::optional<Topology> build_islands(ConfigReader& section, std::span<const Island> islands,
                                      std::int64_t parameter_servers);

}  // namespace commsim
