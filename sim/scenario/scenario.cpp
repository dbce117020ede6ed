#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config_reader.hpp"
#include "core/error.hpp"
#include "sim/scenario/collective_section.hpp"
#include "sim/scenario/compression_section.hpp"
#include "sim/scenario/network_section.hpp"
#include "sim/scenario/point_reading.hpp"
#include "sim/scenario/profile_section.hpp"
#include "sim/scenario/topology_section.hpp"

namespace commsim {
namespace {

class ScenarioReader {
 public:
  ScenarioReader(const ConfigDocument& document, const RunLimits* limits)
      : document_(document),
        limits_(limits),
        clusters_(set_.clusters),
        networks_(set_.static_routes),
        collectives_(set_),
        compressions_(set_) {
    context_.directory = directory_of(document);
  }

  ScenarioSet read() {
    read_points(
        document_, context_, [&](ConfigReader& root) { read_point(root); },
        [&] {
          if (context_.diagnostics.empty() && set_.points.empty()) refuse_all();
        });
    return std::move(set_);
  }

 private:
  void refuse_all() {
    ConfigReader root(document_.root, "", context_);
    root.section("collective").error("algorithm", none_left(set_.skipped));
  }

  static constexpr std::int64_t kMostMeasuredRanks = 1 << 24;

  void read_point(ConfigReader& root) {
    set_.name = read_head(root, document_);
    const Cluster* cluster = clusters_.read(root);
    ScenarioPoint point;
    point.run.cluster = cluster;
    point.run.limits = limits_;
    networks_.read(root, point.run);
    const RankLayout* layout = cluster == nullptr ? nullptr : &cluster->layout;
    point.profile = read_profile_section(root, set_);
    const bool wanted = collectives_.read(root, layout, point);
    if (wanted) compressions_.read(root, point);
    read_measured(root, point);
    read_expectation(root, point.expect);
    if (!context_.diagnostics.empty() || !wanted) return;
    point.choices = context_.sweep.choices();
    set_.points.push_back(std::move(point));
  }

  // Either a file, or a map that also says of what it is: format, collective, algorithm, ranks.
  void read_measured(ConfigReader& root, ScenarioPoint& point) {
    const ConfigNode* node = root.raw("measured");
    if (node == nullptr) return;
    root.refuse_sweep("measured", "a scenario stands beside one table");
    std::optional<std::string> file;
    MeasurementHints hints;
    if (node->kind == ConfigNode::Kind::kMap) {
      ConfigReader section = root.section("measured");
      file = section.text("file");
      if (!file) section.missing("file");
      hints = read_hints(section, point);
    } else if (node->kind != ConfigNode::Kind::kSequence) {
      file = root.text("measured");
    }
    if (file) point.measured = table(root, *file, hints);
    if (point.measured != nullptr) compare_with_table(point);
  }

  static MeasurementHints read_hints(ConfigReader& section, ScenarioPoint& point) {
    MeasurementHints hints;
    const auto algorithm = section.text("algorithm");
    const auto* measured = section.named<Collective>("collective", "collective");
    const CollectiveKind kind = measured == nullptr ? point.run.call.kind : measured->kind;
    const auto ranks = section.whole("ranks", {.least = 1, .most = kMostMeasuredRanks});
    hints.format = section.text("format").value_or(hints.format);
    if (measured != nullptr) hints.collective = collective_name(measured->name);
    hints.ranks = static_cast<int>(ranks.value_or(0));
    if (algorithm) {
      section.checked("algorithm", [&] { return &find_algorithm(kind, *algorithm); });
      point.measured_algorithm = algorithm;
      const bool named = point.run.algorithm != nullptr;
      if (named && *algorithm != point.algorithm) point.like_measured = false;
    }
    if (kind != point.run.call.kind) point.like_measured = false;
    compare_ranks(point, hints.ranks);
    return hints;
  }

  static void compare_with_table(ScenarioPoint& point) {
    if (point.run.cluster == nullptr) return;
    const std::string& of = point.measured->collective();
    const std::string_view ours = collective_name(collective(point.run.call.kind).name);
    if (!of.empty() && !ours.empty() && of != ours) point.like_measured = false;
    compare_ranks(point, point.measured->ranks());
  }

  // 0 stands for an unknown number of ranks.
  static void compare_ranks(ScenarioPoint& point, int measured) {
    if (measured == 0 || point.run.cluster == nullptr) return;
    if (measured != point.run.cluster->topology.rank_count()) point.like_measured = false;
  }

  const MeasuredTable* table(ConfigReader& root, const std::string& file,
                             const MeasurementHints& hints) {
    const auto place = set_.tables.find(file);
    if (place != set_.tables.end()) return &place->second;
    try {
      return &set_.tables.emplace(file, MeasuredTable::read(context_.directory / file, hints))
                  .first->second;
    } catch (const ConfigError& broken) {
      root.error("measured", broken.what());
    } catch (const RequestError& refusal) {
      root.error("measured", refusal.what());
    }
    return nullptr;
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
  const RunLimits* limits_;
  ReadingContext context_;
  ScenarioSet set_;
  TopologySection clusters_;
  NetworkSection networks_;
  CollectiveSection collectives_;
  CompressionSection compressions_;
};

}  // namespace

namespace {

// What was measured by another algorithm than the model says is not what it speaks of.
SettledPoint modelled(const ScenarioPoint& point) {
  SettledPoint settled{point, point.model->result(point.run)};
  const auto& ways = settled.result.estimates;
  if (!ways.empty() && point.measured_algorithm.value_or(ways[0].algorithm) != ways[0].algorithm) {
    settled.point.like_measured = false;
  }
  return settled;
}

}  // namespace

SettledPoint settled(const ScenarioPoint& point, Watch watch) {
  if (point.model != nullptr) return modelled(point);
  if (point.run.algorithm != nullptr) return {point, run_collective(point.run, watch)};
  ChosenRun chosen = run_fastest(point.run, *point.candidates, watch);
  SettledPoint settled{point, std::move(chosen.result)};
  settled.point.run = std::move(chosen.run);
  settled.point.algorithm = std::move(chosen.algorithm);
  if (point.measured_algorithm.value_or(settled.point.algorithm) != settled.point.algorithm) {
    settled.point.like_measured = false;
  }
  settled.point.choice = std::move(chosen.choice);
  return settled;
}

std::string_view network_name(const ScenarioPoint& point) {
  return point.model != nullptr ? point.model->name() : point.run.network->name;
}

ScenarioSet read_scenarios(const ConfigDocument& document, const RunLimits* limits) {
  return ScenarioReader(document, limits).read();
}

}  // namespace commsim
