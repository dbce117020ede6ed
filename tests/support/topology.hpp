// Topologies for tests, built from a section as a scenario would write it.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "core/config_reader.hpp"
#include "tests/support/config.hpp"
#include "topology/routing.hpp"
#include "topology/topology_kind.hpp"

namespace commsim {

/// The topology, or what is wrong with the section: a line for each error, "test:line:1: error:
/// ...".
struct BuiltTopology {
  std::optional<Topology> topology;
  std::string errors;
};

inline BuiltTopology build_topology(std::string_view kind, ConfigNode section) {
  section = config::numbered(std::move(section));
  ReadingContext context;
  ConfigReader reader(section, "topology", context);
  BuiltTopology built;
  try {
    built.topology = Registry<TopologyKind>::get(kind, "topology").build(reader);
  } catch (const RequestError& refusal) {
    reader.error("", refusal.what());
  }
  context.report_unknown_keys();
  try {
    context.diagnostics.throw_if_any({"test"});
  } catch (const ConfigError& error) {
    built.errors = error.what();
  }
  return built;
}

/// Of a section that is right.
inline Topology topology_of(std::string_view kind, ConfigNode section) {
  BuiltTopology built = build_topology(kind, std::move(section));
  if (!built.topology || !built.errors.empty()) throw std::runtime_error(built.errors);
  return *std::move(built.topology);
}

/// {ranks, link: {bandwidth, latency}}, the section of the small kinds.
inline ConfigNode small_section(int ranks, const char* bandwidth = "50 GB/s",
                                const char* latency = "1 us") {
  return config::map({{"ranks", std::to_string(ranks)},
                      {"link", config::map({{"bandwidth", bandwidth}, {"latency", latency}})}});
}

/// A flow between ranks, for a Router.
inline FlowEnds flow_of(const Topology& topology, Rank from, Rank to, std::uint32_t flow = 0) {
  return {.from = topology.device_of(from), .to = topology.device_of(to), .flow = flow};
}

}  // namespace commsim
