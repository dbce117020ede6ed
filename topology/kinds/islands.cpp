// Servers that are not all equal, on one fabric: old ones and new ones, large and small ones. The
// list under `islands` is content, not a sweep; what stands in its entries may be swept.
#include <fmt/format.h>

#include "topology/servers/server_islands.hpp"
#include "topology/servers/server_section.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::islands {
namespace {

// A reader for each entry; none if the list is wrong.
std::vector<ConfigReader> read_entries(ConfigReader& section) {
  std::vector<ConfigReader> entries;
  const ConfigNode* list = section.raw("islands");
  if (list == nullptr) {
    section.missing("islands");
  } else if (list->kind != ConfigNode::Kind::kSequence || list->items.empty()) {
    section.error("islands",
                  "expected a list of islands, such as [{servers: 2, preset: dgx_a100}]");
  } else {
    const std::string above = section.path().empty() ? "" : section.path() + ".";
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      entries.emplace_back(list->items[i], fmt::format("{}islands[{}]", above, i),
                           section.context());
    }
  }
  return entries;
}

std::optional<Topology> build(ConfigReader& section) {
  std::vector<ConfigReader> entries = read_entries(section);
  std::vector<Island> islands;
  islands.reserve(entries.size());
  for (ConfigReader& entry : entries) islands.push_back({.servers = read_server_count(entry)});
  const std::int64_t parameter_servers = read_parameter_servers(section);
  const bool networked = islands.size() > 1 ||
                         (islands.size() == 1 && islands.front().servers > 1) ||
                         parameter_servers > 0;
  bool complete = !islands.empty();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    islands[i].server = read_server(entries[i], networked);
    complete = complete && islands[i].server != nullptr;
  }
  if (!complete) {
    section.read_all_keys();  // what else is needed, the servers would tell
    return std::nullopt;
  }
  return build_islands(section, islands, parameter_servers);
}

const Registration<TopologyKind> registration{{
    .name = "islands",
    .summary = "servers of several kinds, whose NICs one fabric joins",
    .reference = "Jiang et al., A Unified Architecture for Accelerating Distributed DNN Training "
                 "in Heterogeneous GPU/CPU Clusters, OSDI 2020",
    .build = build,
}};

}  // namespace
}  // namespace commsim::islands
