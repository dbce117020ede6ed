#include "sim/scenario/topology_section.hpp"

#include "sim/scenario/placement_section.hpp"
#include "topology/topology_kind.hpp"

namespace commsim {
namespace {

// What was chosen for the axes that lie in the topology and the placement. Before the section has
// been read this lacks the axes that are met for the first time, and such a key is never known.
std::string chosen_topology(const Sweep& sweep) {
  std::string key;
  for (const auto& [path, value] : sweep.choices()) {
    const bool shapes = path.starts_with("topology.") || path.starts_with("placement");
    if (shapes) key.append(path).append("=").append(value).append(";");
  }
  return key;
}

}  // namespace

void read_version(ConfigReader& root) {
  root.refuse_sweep("version", "a file has one version");
  if (!root.whole("version", {.least = 1, .most = 1})) root.missing("version");
}

const Cluster* TopologySection::read(ConfigReader& root) {
  if (root.raw("topology") == nullptr) {
    root.missing("topology");
    return nullptr;
  }
  ReadingContext& context = root.context();
  if (const auto known = known_.find(chosen_topology(context.sweep)); known != known_.end()) {
    return known->second;
  }
  ConfigReader section = root.section("topology");
  section.refuse_sweep("kind", "the other keys depend on it; write one file for each kind");
  const auto* kind = section.named<TopologyKind>("kind", "topology kind");
  if (kind == nullptr) {
    section.missing("kind");
    section.read_all_keys();  // which are legal, the kind would tell
    return nullptr;
  }
  const auto cluster = section.checked("", [&]() -> const Cluster* {
    auto topology = kind->build(section);
    if (!topology || section.failed()) return nullptr;
    if (!place_ranks(root, *topology)) return nullptr;
    together_ += kClusterWeight + topology->links().size() + topology->devices().size();
    if (together_ > kMostTogether) {
      throw RequestError(
          "the topologies of this sweep together are too large; sweep fewer of them");
    }
    const Cluster* before = home_->empty() ? nullptr : &home_->back();
    return &home_->emplace_back(make_cluster(std::move(*topology), before));
  });
  if (!cluster || *cluster == nullptr) return nullptr;
  return known_[chosen_topology(context.sweep)] = *cluster;
}

std::deque<Cluster> read_clusters(const ConfigDocument& document) {
  std::deque<Cluster> clusters;
  TopologySection section(clusters);
  ReadingContext context;
  context.directory = directory_of(document);
  do {
    ConfigReader root(document.root, "", context);
    read_version(root);
    section.read(root);
  } while (context.diagnostics.empty() && context.sweep.advance());
  context.asked.erase(&document.root);
  context.report_unknown_keys();
  context.diagnostics.throw_if_any(document.sources);
  return clusters;
}

}  // namespace commsim
