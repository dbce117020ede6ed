#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/quantity_text.hpp"
#include "sim/report/crossover_report.hpp"
#include "sim/report/text_table.hpp"

namespace commsim {
namespace {

// "ring 12.3 us (+4.5 %)": the best, and what the second takes longer.
std::string cell_text(const CrossoverColumn& column, Bytes size) {
  const auto place = column.cells.find(size);
  if (place == column.cells.end() || !place->second.complete()) return "-";
  const auto& candidates = place->second.candidates;
  const CrossoverCandidate& best = candidates.front();
  std::string text = fmt::format("{} {}", best.name, to_text(best.time));
  if (candidates.size() < 2) return text;
  return fmt::format("{} ({})", text, longer_text(best.time, candidates[1].time));
}

// Estimated sizes are no round numbers: they follow the units of the sizes between which they lie.
std::string change_text(Bytes size, const CrossoverColumn& column) {
  const auto decimal = [](const auto& cell) {
    return to_text(cell.first).find('i') == std::string::npos && cell.first >= Bytes{1024};
  };
  return std::ranges::any_of(column.cells, decimal) ? to_text(size) : to_binary_text(size);
}

std::string title_of(const CrossoverMap& map, const CrossoverColumn& column) {
  if (map.axis().empty()) return fmt::format("{} ranks", column.ranks);
  return fmt::format("{}={}", map.axis().substr(map.axis().rfind('.') + 1), column.value);
}

class TextCrossover : public CrossoverReport {
 public:
  explicit TextCrossover(std::ostream& out) : out_(out) {}

  void begin(const ScenarioSet& /*set*/, const CrossoverMap& /*map*/) override {}
  void cell(const CrossoverColumn& /*column*/, const CrossoverCell& /*cell*/) override {}
  void end(const ScenarioSet& set, const CrossoverMap& map) override {
    const CollectiveRun& run = set.points.front().run;
    out_ << fmt::format("{}\n{}, {}, {} routes\n\n", set.name, collective(run.call.kind).name,
                        run.network->name, run.routing->name);
    write_table(map);
    out_ << "the best by size; between simulated sizes the change is estimated\n\n";
    for (const CrossoverColumn& column : map.columns()) write_ranges(map, column);
    for (const auto& [algorithm, reason] : set.skipped) {
      out_ << fmt::format("not run: {}: {}\n", algorithm, reason);
    }
    out_ << std::flush;
  }

 private:
  static constexpr std::size_t kQuantityWidth = 9;

  void write_table(const CrossoverMap& map) {
    std::set<Bytes> sizes;
    std::vector<TextColumn> columns{{.title = "size", .width = kQuantityWidth}};
    for (const CrossoverColumn& column : map.columns()) {
      TextColumn& text =
          columns.emplace_back(TextColumn{.title = title_of(map, column), .left = true});
      for (const auto& [size, cell] : column.cells) {
        sizes.insert(size);
        text.width = std::max(text.width, cell_text(column, size).size());
      }
    }
    const TextTable table(std::move(columns));
    out_ << table.header() << '\n';
    for (const Bytes size : sizes) {
      std::vector<std::string> cells{to_text(size)};
      for (const CrossoverColumn& column : map.columns()) cells.push_back(cell_text(column, size));
      out_ << table.line(cells) << '\n';
    }
    out_ << '\n';
  }

  void write_ranges(const CrossoverMap& map, const CrossoverColumn& column) {
    out_ << "  " << title_of(map, column) << '\n';
    const TextTable table({{.title = "", .width = kQuantityWidth},
                           {.title = "", .width = 2},
                           {.title = "", .width = kQuantityWidth},
                           {.title = "", .left = true}});
    for (const CrossoverRange& range : ranges(column)) {
      out_ << table.line({change_text(range.from, column), "to", change_text(range.to, column),
                          range.name})
           << '\n';
    }
    out_ << '\n';
  }

  std::ostream& out_;
};

}  // namespace

std::unique_ptr<CrossoverReport> text_crossover(std::ostream& out) {
  return std::make_unique<TextCrossover>(out);
}

}  // namespace commsim
