#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config_reader.hpp"
#include "sim/scenario/collective_section.hpp"
#include "sim/scenario/topology_section.hpp"

namespace commsim {
namespace {

class ScenarioReader {
 public:
  explicit ScenarioReader(const ConfigDocument& document)
      : document_(document), clusters_(set_.clusters) {}

  ScenarioSet read() {
    std::size_t left = kMostPoints;
    do {
      ConfigReader root(document_.root, "", context_);
      if (left-- == 0) {
        root.error("", fmt::format("the sweep has more than {} points", kMostPoints));
        break;
      }
      read_point(root);
      if (!context_.diagnostics.empty()) left = std::min(left, kMostAfterAnError);
    } while ((context_.diagnostics.empty() || left > 0) && context_.sweep.advance());
    context_.report_unknown_keys();
    context_.diagnostics.throw_if_any(document_.sources);
    return std::move(set_);
  }

 private:
  // Once a file is wrong, so many points more are read for what else may be wrong.
  static constexpr std::size_t kMostAfterAnError = 1000;

  void read_point(ConfigReader& root) {
    read_version(root);
    root.refuse_sweep("name", "a scenario has one name");
    set_.name = root.text("name").value_or(document_.sources.front());
    const Cluster* cluster = clusters_.read(root);
    ScenarioPoint point;
    point.run.cluster = cluster;
    read_network(root, point.run);
    read_collective(root, cluster == nullptr ? nullptr : &cluster->layout, point);
    read_measured(root, point);
    read_expectation(root, point.expect);
    if (!context_.diagnostics.empty()) return;
    point.choices = context_.sweep.choices();
    set_.points.push_back(std::move(point));
  }

  static void read_network(ConfigReader& root, CollectiveRun& run) {
    ConfigReader section = root.section("network");
    const std::string model = section.text("model").value_or("fair_share");
    run.network =
        section
            .checked("model", [&] { return &Registry<NetworkModel>::get(model, "network model"); })
            .value_or(nullptr);
    const std::string routing = section.text("routing").value_or("shortest");
    run.routing =
        section
            .checked("routing",
                     [&] { return &Registry<RoutingPolicy>::get(routing, "routing policy"); })
            .value_or(nullptr);
    run.seed = static_cast<std::uint64_t>(section.whole("seed", {.least = 0}).value_or(1));
    if (run.network == nullptr) {
      section.raw("switching");
    } else if (run.network->name == "link_fifo") {
      const auto switching = section.word("switching", {"cut_through", "store_and_forward"});
      if (switching == "store_and_forward") run.switching = Switching::kStoreAndForward;
    }
  }

  // Either a file, or a map that also says of what it is: collective, algorithm, ranks.
  void read_measured(ConfigReader& root, ScenarioPoint& point) {
    const ConfigNode* node = root.raw("measured");
    if (node == nullptr) return;
    root.refuse_sweep("measured", "a scenario stands beside one table");
    std::optional<std::string> file;
    if (node->kind == ConfigNode::Kind::kMap) {
      ConfigReader section = root.section("measured");
      file = section.text("file");
      if (!file) section.missing("file");
      const auto algorithm = section.text("algorithm");
      const auto* measured = section.named<Collective>("collective", "collective");
      const CollectiveKind kind = measured == nullptr ? point.run.call.kind : measured->kind;
      const auto ranks = section.whole("ranks", {.least = 1});
      if (algorithm) {
        section.checked("algorithm", [&] { return &find_algorithm(kind, *algorithm); });
        if (*algorithm != point.algorithm) point.like_measured = false;
      }
      if (kind != point.run.call.kind) point.like_measured = false;
      if (ranks && point.run.cluster != nullptr &&
          *ranks != point.run.cluster->topology.rank_count()) {
        point.like_measured = false;
      }
    } else if (node->kind != ConfigNode::Kind::kSequence) {
      file = root.text("measured");
    }
    if (file) point.measured = table(root, *file);
  }

  const MeasuredTable* table(ConfigReader& root, const std::string& file) {
    const auto place = set_.tables.find(file);
    if (place != set_.tables.end()) return &place->second;
    const auto beside = std::filesystem::path(document_.sources.front()).parent_path();
    try {
      return &set_.tables.emplace(file, MeasuredTable::read(beside / file)).first->second;
    } catch (const ConfigError& broken) {
      root.error("measured", broken.what());
      return nullptr;
    }
  }

  static void read_expectation(ConfigReader& root, Expectation& expect) {
    ConfigReader section = root.section("expect");
    expect.time_at_least = section.duration("time_at_least");
    expect.time_at_most = section.duration("time_at_most");
    const auto rate = [&](std::string_view key) -> std::optional<double> {
      const auto bandwidth = section.bandwidth(key);
      if (!bandwidth) return std::nullopt;
      return bandwidth->bytes_per_second();
    };
    expect.busbw_at_least = rate("busbw_at_least");
    expect.busbw_at_most = rate("busbw_at_most");
  }

  const ConfigDocument& document_;
  ReadingContext context_;
  ScenarioSet set_;
  TopologySection clusters_;
};

}  // namespace

ScenarioSet read_scenarios(const ConfigDocument& document) {
  return ScenarioReader(document).read();
}

}  // namespace commsim
