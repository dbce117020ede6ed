#include "sim/scenario/network_section.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/nearest_name.hpp"

namespace commsim {
namespace {

constexpr std::int64_t kMostConnections = 1024;

// A registered thing by its name, or by the name that stands for none.
template <typename Entry>
const Entry* named_or(ConfigReader& section, std::string_view key, std::string_view kind,
                      std::string_view usual) {
  const std::string name = section.text(key).value_or(std::string(usual));
  return section.checked(key, [&] { return &Registry<Entry>::get(name, kind); }).value_or(nullptr);
}

// `routes`: a list of {from, to, via}. It is content, no sweep.
class TableReader {
 public:
  TableReader(ConfigReader& section, const Topology& topology)
      : section_(section), topology_(topology) {
    for (DeviceId id = 0; id < topology.devices().size(); ++id) {
      ids_.emplace(topology.device(id).name, id);
    }
  }

  StaticRoutes read(const ConfigNode& list) {
    // A few errors are worth reading, and a large table with one mistake in each line stays cheap.
    constexpr std::size_t kMostErrors = 50;
    const Diagnostics& errors = section_.context().diagnostics;
    const std::size_t most = errors.size() + kMostErrors;
    for (std::size_t i = 0; i < list.items.size() && errors.size() < most; ++i) {
      read_route(list.items[i], fmt::format("{}.routes[{}]", section_.path(), i));
    }
    return std::move(table_);
  }

 private:
  void read_route(const ConfigNode& node, std::string path) {
    ConfigReader route(node, std::move(path), section_.context());
    if (node.kind != ConfigNode::Kind::kMap) return;  // and that is reported
    std::vector<DeviceId> devices;
    bool whole = add(route, "from", devices);
    if (const ConfigNode* via = route.raw("via")) {
      if (via->kind != ConfigNode::Kind::kSequence) {
        route.error("via", "expected a list of device names, such as [sw0, sw1]");
        whole = false;
      }
      for (const ConfigNode& item : via->items) whole &= add(route, "via", item, devices);
    }
    whole &= add(route, "to", devices);
    if (!whole) return;
    route.checked("", [&] {
      table_.add(topology_, std::move(devices));
      return true;
    });
  }

  bool add(ConfigReader& route, std::string_view key, std::vector<DeviceId>& devices) {
    const ConfigNode* node = route.raw(key);
    if (node != nullptr) return add(route, key, *node, devices);
    route.missing(key);
    return false;
  }

  // In a large cluster neither the list of all devices nor the search for the nearest helps
  // anybody.
  bool add(ConfigReader& route, std::string_view key, const ConfigNode& node,
           std::vector<DeviceId>& devices) {
    constexpr std::size_t kMostSearched = 4096;
    if (node.kind != ConfigNode::Kind::kScalar) {
      route.error_at(node, key, "expected the name of a device");
      return false;
    }
    if (const auto place = ids_.find(node.scalar); place != ids_.end()) {
      devices.push_back(place->second);
      return true;
    }
    std::string advice;
    if (ids_.size() <= kMostSearched) {
      std::vector<std::string> names;
      for (const Device& device : topology_.devices()) names.push_back(device.name);
      if (const auto near = nearest_name(node.scalar, names)) {
        advice = fmt::format("; did you mean '{}'?", *near);
      }
    }
    route.error_at(node, key, fmt::format("unknown device '{}'{}", node.scalar, advice));
    return false;
  }

  ConfigReader& section_;
  const Topology& topology_;
  std::unordered_map<std::string_view, DeviceId> ids_;
  StaticRoutes table_;
};

}  // namespace

void NetworkSection::read(ConfigReader& root, CollectiveRun& run) {
  ConfigReader section = root.section("network");
  run.network = named_or<NetworkModel>(section, "model", "network model", "fair_share");
  run.routing = named_or<RoutingPolicy>(section, "routing", "routing policy", "shortest");
  run.seed = static_cast<std::uint64_t>(section.whole("seed", {.least = 0}).value_or(1));
  read_routing(section, run);
  if (run.network == nullptr) {
    section.raw("switching");
  } else if (run.network->name == "link_fifo") {
    const auto switching = section.word("switching", {"cut_through", "store_and_forward"});
    if (switching == "store_and_forward") run.switching = Switching::kStoreAndForward;
  }
  if (section.failed() || run.network == nullptr || run.routing == nullptr) return;
  section.checked(section.raw("routing") == nullptr ? "" : "routing", [&] {
    refuse_spread_routes(*run.network, *run.routing, run.connections);
    return true;
  });
}

void NetworkSection::read_routing(ConfigReader& section, CollectiveRun& run) {
  if (run.routing == nullptr) {  // which keys are legal, it would tell
    section.raw("connections");
    section.raw("routes");
    return;
  }
  if (run.routing->connects) {
    run.connections =
        section.whole("connections", {.least = 1, .most = kMostConnections}).value_or(1);
  }
  if (run.routing->tabular) run.static_routes = table(section, run.cluster);
}

const StaticRoutes* NetworkSection::table(ConfigReader& section, const Cluster* cluster) {
  const ConfigNode* list = section.raw("routes");
  if (list == nullptr) section.missing("routes");
  if (list == nullptr || cluster == nullptr) return nullptr;
  if (list->kind != ConfigNode::Kind::kSequence) {
    section.error("routes", "expected a list of routes, such as [{from: a, to: b, via: [s]}]");
    return nullptr;
  }
  const auto [place, fresh] = known_.try_emplace({list, cluster}, nullptr);
  if (fresh) {
    home_->push_back(TableReader(section, cluster->topology).read(*list));
    place->second = &home_->back();
  }
  return place->second;
}

}  // namespace commsim
