#include "sim/report/plan_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.hpp"
#include "sim/report/text_table.hpp"

namespace commsim::plan_table {
namespace {

class Table {
 public:
  Table(const Plan& plan, const std::vector<PlanCandidate>& rows)
      : plan_(plan),
        rows_(rows),
        priced_(plan.spec().prices.any()),
        bought_(std::any_of(plan.specs.begin(), plan.specs.end(),
                            [](const PlanSpec& spec) { return spec.prices.buys(); })) {
    for (const PlanCandidate& row : rows) {
      for (const auto& [path, chosen] : point(row).choices) {
        auto& paths = varies(path) ? varying_ : common_;
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
      }
    }
  }

  void write(std::ostream& out, const std::string& title) const {
    const TextTable text(columns());
    out << title << '\n' << text.header() << '\n';
    for (const PlanCandidate& row : rows_) out << text.line(cells(row)) << '\n';
    if (common_.empty()) return;
    std::string common;
    for (const std::string& path : common_) {
      common += fmt::format("{}{} {}", common.empty() ? "" : ", ", short_key(path),
                            chosen_value(point(rows_.front()), path));
    }
    out << "  all with " << common << '\n';
  }

 private:
  [[nodiscard]] const TrainingPoint& point(const PlanCandidate& row) const {
    return plan_.set.points[row.point];
  }
  [[nodiscard]] bool varies(const std::string& path) const {
    const std::string first = chosen_value(point(rows_.front()), path);
    return std::any_of(rows_.begin(), rows_.end(), [&](const PlanCandidate& row) {
      return chosen_value(point(row), path) != first;
    });
  }

  [[nodiscard]] std::vector<TextColumn> columns() const {
    std::vector<TextColumn> columns;
    for (const std::string& path : varying_) {
      TextColumn& column = columns.emplace_back(TextColumn{.title = short_key(path)});
      for (const PlanCandidate& row : rows_) {
        column.width = std::max(column.width, chosen_value(point(row), path).size());
      }
    }
    for (const char* name :
         {"GPUs", "data", "step", "tokens/s", "MFU", "exposed", "bubble", "memory"}) {
      columns.push_back({.title = name, .width = 8});
    }
    const bool whole = plan_.spec().tokens > 0;
    if (whole) columns.push_back({.title = "days", .width = 6});
    if (priced_) {
      columns.push_back({.title = "per hour", .width = 8});
      columns.push_back({.title = whole ? "cost" : "per 10^9", .width = 9});
    }
    if (bought_) columns.push_back({.title = "to buy", .width = 9});
    columns.push_back({.title = "held up by", .width = 10, .left = true});
    return columns;
  }

  [[nodiscard]] std::vector<std::string> cells(const PlanCandidate& row) const {
    std::vector<std::string> cells;
    for (const std::string& path : varying_) cells.push_back(chosen_value(point(row), path));
    const std::vector<std::string> figures = {
        fmt::format("{}", row.gpus),
        fmt::format("{}", point(row).job.parallelism.data),
        to_text(row.step),
        fmt::format("{:.0f}", row.per_second),
        percent_text(row.mfu),
        percent_text(row.exposed),
        percent_text(row.bubble),
        fmt::format("{:.1f} GiB", static_cast<double>(row.memory.count()) /
                                      static_cast<double>((1_GiB).count()))};
    cells.insert(cells.end(), figures.begin(), figures.end());
    const double tokens = plan_.spec().tokens;
    if (tokens > 0) cells.push_back(fmt::format("{:.1f}", row.days(tokens)));
    if (priced_) {
      constexpr double kBillion = 1e9;
      cells.push_back(fmt::format("{:.0f}", row.per_hour));
      cells.push_back(fmt::format("{:.4g}", row.cost(tokens > 0 ? tokens : kBillion)));
    }
    if (bought_) cells.push_back(fmt::format("{:.4g}", row.purchase));
    cells.push_back(row.bottleneck);
    return cells;
  }

  const Plan& plan_;
  const std::vector<PlanCandidate>& rows_;
  bool priced_;
  bool bought_;
  std::vector<std::string> varying_;  // lists of which the rows have different values
  std::vector<std::string> common_;
};

}  // namespace
}  // namespace commsim::plan_table

namespace commsim {

std::string short_key(const std::string& path) { return path.substr(path.rfind('.') + 1); }

std::string percent_text(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string choice_words(const std::vector<std::pair<std::string, std::string>>& choices) {
  std::string text;
  for (const auto& [path, value] : choices) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", short_key(path), value);
  }
  return text.empty() ? "the only choice" : text;
}

std::string chosen_value(const TrainingPoint& point, const std::string& path) {
  for (const auto& [key, chosen] : point.choices) {
    if (key == path) return chosen;
  }
  return "-";
}

void write_plan_table(std::ostream& out, const std::string& title, const Plan& plan,
                      const std::vector<PlanCandidate>& rows) {
  plan_table::Table(plan, rows).write(out, title);
}

}  // namespace commsim
