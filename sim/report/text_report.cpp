#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "calibrate/fit/statistics.hpp"
#include "core/quantity_text.hpp"
#include "sim/report/lost_text.hpp"
#include "sim/report/report.hpp"
#include "sim/report/text_table.hpp"

namespace commsim {
namespace {

// The last parts of a key path, as few as tell it from the others: "topology.nic.latency" is the
// column "latency", or "nic.latency" beside "topology.gpu_nic.latency".
std::string short_key(const std::string& path, const std::vector<std::string>& all) {
  for (auto dot = path.rfind('.'); dot != std::string::npos && dot > 0;
       dot = path.rfind('.', dot - 1)) {
    const std::string tail = path.substr(dot);
    if (std::ranges::count_if(all, [&](const auto& other) { return other.ends_with(tail); }) <= 1) {
      return tail.substr(1);
    }
  }
  return path;
}

// How the value of an axis looks in its column.
const std::string* choice(const ScenarioPoint& point, const std::string& path) {
  for (const auto& [key, value] : point.choices) {
    if (key == path) return &value;
  }
  return nullptr;
}

// Axes that have a column of their own.
std::vector<TextColumn> axis_columns(const ScenarioSet& set, std::vector<std::string>& paths) {
  const std::set<std::string> shown = {"collective.size", "collective.algorithm"};
  std::vector<TextColumn> columns;
  for (const ScenarioPoint& point : set.points) {
    for (const auto& [path, value] : point.choices) {
      if (shown.contains(path)) continue;
      auto place = std::find(paths.begin(), paths.end(), path);
      if (place == paths.end()) {
        place = paths.insert(paths.end(), path);
        columns.emplace_back();
      }
      auto& width = columns[static_cast<std::size_t>(place - paths.begin())].width;
      width = std::max(width, value.size());
    }
  }
  for (std::size_t i = 0; i < paths.size(); ++i) columns[i].title = short_key(paths[i], paths);
  return columns;
}

// The names that occur in a sweep, in the order of their first point.
template <typename Name>
std::string all_of(const ScenarioSet& set, Name name) {
  std::vector<std::string_view> names;
  for (const ScenarioPoint& point : set.points) {
    if (std::ranges::find(names, name(point)) == names.end()) names.push_back(name(point));
  }
  return fmt::format("{}", fmt::join(names, " / "));
}

bool is_chosen(const ScenarioPoint& point) { return point.requested == "auto"; }

// "auto: ring" where the simulation chose.
std::string algorithm_text(std::string_view requested, const std::string& algorithm) {
  return requested == "auto" ? fmt::format("auto: {}", algorithm) : algorithm;
}

// "nccl: ring LL x24" where a model says how.
std::string algorithm_text(const ScenarioPoint& point) {
  const std::string way = point.model != nullptr ? point.model->way(point.run) : "";
  if (!way.empty()) return fmt::format("{}: {}", point.algorithm, way);
  return algorithm_text(point.requested, point.algorithm);
}

std::size_t widest_algorithm(const ScenarioSet& set) {
  std::size_t width = 0;
  for (const ScenarioPoint& point : set.points) {
    if (!is_chosen(point)) {
      width = std::max(width, algorithm_text(point).size());
      continue;
    }
    for (const std::string& name : algorithm_names(point.run.call.kind)) {
      width = std::max(width, algorithm_text(point.requested, name).size());
    }
  }
  return width;
}

// "+12.5 % ring": what the second best algorithm takes longer.
std::string runner_up(const ScenarioPoint& point, Duration time) {
  if (!point.choice || point.choice->candidates.size() < 2) return "-";
  const Alternative& second = point.choice->candidates[1];
  return fmt::format("{} {}", longer_text(time, second.time), second.change);
}

class TextReport : public Report {
 public:
  explicit TextReport(std::ostream& out) : out_(out) {}

  void begin(const ScenarioSet& set) override {
    const ScenarioPoint& first = set.points.front();
    out_ << fmt::format("{}\n", set.name);
    measured_ = first.measured != nullptr;
    paths_.clear();
    errors_.clear();
    table_rows_.clear();
    warnings_.clear();
    skipped_ = set.skipped;
    chosen_ = std::ranges::any_of(set.points, is_chosen);
    coded_ = std::ranges::any_of(
        set.points, [](const ScenarioPoint& point) { return point.run.compression != nullptr; });
    std::vector<TextColumn> columns = axis_columns(set, paths_);
    columns.push_back({.title = "algorithm", .width = widest_algorithm(set), .left = true});
    columns.push_back({.title = "ranks"});
    columns.push_back({.title = "size", .width = kQuantityWidth});
    columns.push_back({.title = "time", .width = kQuantityWidth});
    columns.push_back({.title = "algbw", .width = kRateWidth});
    columns.push_back({.title = "busbw", .width = kRateWidth});
    columns.push_back({.title = "x bound", .width = kRatioWidth});
    if (measured_) {
      columns.push_back({.title = "measured", .width = kQuantityWidth});
      columns.push_back({.title = "error", .width = kRatioWidth});
    }
    if (coded_) {
      columns.push_back({.title = "summed by", .width = kExchangeWidth, .left = true});
      for (const char* title : {"wire", "encode", "decode", "exposed"}) {
        columns.push_back({.title = title, .width = kQuantityWidth});
      }
      columns.push_back({.title = "lost", .width = kRatioWidth});
      columns.push_back({.title = "speed-up", .width = kRatioWidth});
    }
    if (chosen_) columns.push_back({.title = "next best", .width = kRunnerUpWidth, .left = true});
    columns.push_back({.title = "busiest link", .left = true});
    table_ = TextTable(std::move(columns));
    out_ << fmt::format(
        "{}, {}, {} routes\n\n{}\n",
        all_of(set, [](const ScenarioPoint& p) { return collective(p.run.call.kind).name; }),
        all_of(set, [](const ScenarioPoint& p) { return network_name(p); }),
        all_of(set, [](const ScenarioPoint& p) { return p.run.routing->name; }), table_.header());
  }

  void row(const ScenarioPoint& point, const CollectiveResult& result) override {
    std::vector<std::string> cells;
    for (const std::string& path : paths_) {
      const std::string* value = choice(point, path);
      cells.push_back(value == nullptr ? "-" : *value);
    }
    cells.push_back(algorithm_text(point));
    cells.push_back(fmt::format("{}", point.run.cluster->topology.rank_count()));
    cells.push_back(to_text(point.run.call.size));
    cells.push_back(to_text(result.time));
    cells.push_back(rate_text(result.algbw));
    cells.push_back(rate_text(result.busbw));
    cells.push_back(ratio_to_bound(result));
    if (measured_) add_measured(point, result, cells);
    if (coded_) add_coding(point, result, cells);
    if (chosen_) cells.push_back(runner_up(point, result.time));
    cells.push_back(busiest(result));
    out_ << table_.line(cells) << '\n' << std::flush;
    for (const std::string& warning : result.warnings) warnings_.insert(warning);
  }

  void end() override {
    out_ << '\n';
    if (!errors_.empty()) write_accuracy();
    for (const auto& [algorithm, reason] : skipped_) {
      out_ << fmt::format("not run: {}: {}\n", algorithm, reason);
    }
    for (const std::string& warning : warnings_) out_ << "note: " << warning << '\n';
    out_ << std::flush;
  }

 private:
  static constexpr std::size_t kQuantityWidth = 9;
  static constexpr std::size_t kRateWidth = 10;
  static constexpr std::size_t kRatioWidth = 8;
  static constexpr std::size_t kRunnerUpWidth = 24;
  static constexpr std::size_t kExchangeWidth = 10;

  static std::string ratio_to_bound(const CollectiveResult& result) {
    // What must be sent at least is not known of encoded data.
    if (result.bound.time == Duration{0} || result.coded) return "-";
    return fmt::format("{:.3f}", seconds(result.time) / seconds(result.bound.time));
  }

  static std::string busiest(const CollectiveResult& result) {
    if (!result.bottleneck) return "-";
    const double share = seconds(result.bottleneck->busy) / seconds(result.time);
    return fmt::format("{} {:.0f} %", result.bottleneck->name, 100 * share);
  }

  // What is lost is the part of the tensor's length, |y - x| / |x|, that a rank's codec loses.
  static void add_coding(const ScenarioPoint& point, const CollectiveResult& result,
                         std::vector<std::string>& cells) {
    if (!result.coded) {
      cells.insert(cells.end(), {"-", "1/1.00", "-", "-", to_text(result.time), "-", "1.000 x"});
      return;
    }
    const Compression& compression = *point.run.compression;
    const bool sums = collective(point.run.call.kind).reduces;
    cells.emplace_back(sums ? name_of(compression.coding.exchange) : "-");
    cells.push_back(fmt::format("1/{:.2f}", result.coded->ratio));
    cells.push_back(to_text(result.coded->coding.encode));
    cells.push_back(to_text(result.coded->coding.decode));
    cells.push_back(to_text(result.coded->exposed));
    cells.push_back(lost_text(compression.error));
    cells.push_back(fmt::format("{:.3f} x", result.coded->speed_up(result.time)));
  }

  void add_measured(const ScenarioPoint& point, const CollectiveResult& result,
                    std::vector<std::string>& cells) {
    const auto measured = point.measured->time(point.run.call.size);
    const auto error = error_to_measured(point, result);
    if (error && point.profile != nullptr && point.model != nullptr) fitted_ = true;
    cells.push_back(measured ? to_text(*measured) : "-");
    if (error) errors_.push_back(std::abs(*error));
    if (error) table_rows_.push_back({.size = point.run.call.size, .time = *measured});
    cells.push_back(error ? fmt::format("{:+.1f} %", 100 * *error) : "-");
  }

  // For scale: how far the best straight line through the measurements is from them itself.
  void write_accuracy() {
    constexpr std::size_t kLeastForALine = 3;
    out_ << fmt::format(
        "against the measurements: median error {:.0f} %, largest {:.0f} %, over {} size{}{}\n",
        100 * median(errors_), 100 * *std::max_element(errors_.begin(), errors_.end()),
        errors_.size(), errors_.size() == 1 ? "" : "s",
        fitted_ ? "" : "; nothing was fitted to them");
    if (table_rows_.size() >= kLeastForALine) {
      out_ << fmt::format(
          "(one line L / B + D that is fitted to these very sizes has a median error of {:.0f} "
          "%)\n",
          100 * median_error(fit_line(table_rows_), table_rows_));
    }
    out_ << '\n';
  }

  std::ostream& out_;
  TextTable table_{{}};
  std::vector<std::string> paths_;
  std::set<std::string> warnings_;
  std::vector<RefusedAlgorithm> skipped_;
  bool measured_ = false;
  bool chosen_ = false;                  // whether any row chose its algorithm
  bool coded_ = false;                   // whether any row compresses its data
  bool fitted_ = false;                  // whether a profile gave some of the times
  std::vector<double> errors_;           // absolute, of all rows that have one
  std::vector<Measurement> table_rows_;  // the measurements that they are against
};

}  // namespace

std::unique_ptr<Report> text_report(std::ostream& out) { return std::make_unique<TextReport>(out); }

}  // namespace commsim
