#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.hpp"
#include "sim/report/plan_report.hpp"
#include "sim/report/text_table.hpp"

namespace commsim::plan_text {
namespace {

std::string short_key(const std::string& path) { return path.substr(path.rfind('.') + 1); }

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

// "tensor 8, pipeline 4": what was chosen from lists.
std::string words(const TrainingPoint& point) {
  std::string text;
  for (const auto& [path, value] : point.choices) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", short_key(path), value);
  }
  return text.empty() ? "the only choice" : text;
}

class Text {
 public:
  Text(std::ostream& out, const PlanFindings& findings)
      : out_(out), f_(findings), spec_(*findings.spec) {}

  void write() {
    out_ << f_.set->name << "\n";
    if (f_.outcome.ranked.empty()) {
      out_ << "no choice keeps the limits\n";
    } else {
      table("best first", first_rows());
      if (spec_.prices.any() && f_.outcome.front.size() > 1) {
        table("\nnone is both faster and cheaper than one of these", f_.outcome.front);
      }
      reasons();
    }
    refused();
    if (f_.answer) question();
    if (!f_.outcome.complete) out_ << "\ninterrupted: what is above is of the finished part\n";
  }

 private:
  [[nodiscard]] std::vector<PlanCandidate> first_rows() const {
    const auto count =
        std::min<std::size_t>(f_.outcome.ranked.size(), static_cast<std::size_t>(spec_.rows));
    return {f_.outcome.ranked.begin(),
            f_.outcome.ranked.begin() + static_cast<std::ptrdiff_t>(count)};
  }
  [[nodiscard]] const TrainingPoint& point(const PlanCandidate& candidate) const {
    return f_.set->points[candidate.point];
  }

  void table(const char* title, const std::vector<PlanCandidate>& rows) {
    const std::vector<std::string> paths = varying(rows);
    std::vector<TextColumn> columns;
    for (const std::string& path : paths) {
      TextColumn& column = columns.emplace_back(TextColumn{.title = short_key(path)});
      for (const PlanCandidate& row : rows) {
        column.width = std::max(column.width, value(row, path).size());
      }
    }
    for (const char* name :
         {"GPUs", "data", "step", "tokens/s", "MFU", "exposed", "bubble", "memory"}) {
      columns.push_back({.title = name, .width = 8});
    }
    if (spec_.tokens > 0) columns.push_back({.title = "days", .width = 6});
    if (spec_.prices.any()) {
      columns.push_back({.title = "per hour", .width = 8});
      columns.push_back({.title = spec_.tokens > 0 ? "cost" : "per 10^9", .width = 9});
    }
    columns.push_back({.title = "held up by", .width = 10, .left = true});
    const TextTable text(std::move(columns));
    out_ << title << '\n' << text.header() << '\n';
    for (const PlanCandidate& row : rows) out_ << text.line(cells(row, paths)) << '\n';
    const std::string common = constant(rows, paths);
    if (!common.empty()) out_ << "  all with " << common << '\n';
  }

  // What was chosen from the list at that path.
  [[nodiscard]] std::string value(const PlanCandidate& row, const std::string& path) const {
    for (const auto& [key, chosen] : point(row).choices) {
      if (key == path) return chosen;
    }
    return "-";
  }
  // The lists of which these rows have different values.
  [[nodiscard]] std::vector<std::string> varying(const std::vector<PlanCandidate>& rows) const {
    std::vector<std::string> paths;
    for (const PlanCandidate& row : rows) {
      for (const auto& [path, chosen] : point(row).choices) {
        if (chosen != value(rows.front(), path) &&
            std::find(paths.begin(), paths.end(), path) == paths.end()) {
          paths.push_back(path);
        }
      }
    }
    return paths;
  }
  [[nodiscard]] std::string constant(const std::vector<PlanCandidate>& rows,
                                     const std::vector<std::string>& varying_paths) const {
    std::string text;
    for (const auto& [path, chosen] : point(rows.front()).choices) {
      if (std::find(varying_paths.begin(), varying_paths.end(), path) != varying_paths.end()) {
        continue;
      }
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", short_key(path), chosen);
    }
    return text;
  }

  [[nodiscard]] std::vector<std::string> cells(const PlanCandidate& row,
                                               const std::vector<std::string>& paths) const {
    std::vector<std::string> cells;
    for (const std::string& path : paths) cells.push_back(value(row, path));
    const std::vector<std::string> figures = {
        fmt::format("{}", row.gpus),
        fmt::format("{}", point(row).job.parallelism.data),
        to_text(row.step),
        fmt::format("{:.0f}", row.per_second),
        percent(row.mfu),
        percent(row.exposed),
        percent(row.bubble),
        fmt::format("{:.1f} GiB", static_cast<double>(row.memory.count()) /
                                      static_cast<double>((1_GiB).count()))};
    cells.insert(cells.end(), figures.begin(), figures.end());
    if (spec_.tokens > 0) cells.push_back(fmt::format("{:.1f}", row.days(spec_.tokens)));
    if (spec_.prices.any()) {
      constexpr double kBillion = 1e9;
      cells.push_back(fmt::format("{:.0f}", row.per_hour));
      cells.push_back(fmt::format("{:.4g}", row.cost(spec_.tokens > 0 ? spec_.tokens : kBillion)));
    }
    cells.push_back(row.bottleneck);
    return cells;
  }

  // Why the first is first, what would make it better, and why the obvious others are not.
  void reasons() {
    const PlanCandidate& best = f_.outcome.ranked.front();
    out_ << fmt::format(
        "\n{} is best: {} of its step computing, {} exposed communication, {} bubble\n",
        words(point(best)), percent(best.computing), percent(best.exposed), percent(best.bubble));
    for (std::size_t i = 0; i < std::min<std::size_t>(f_.gains.size(), 3); ++i) {
      const Alternative& gain = f_.gains[i];
      if (gain.time >= best.step) break;
      out_ << fmt::format("  {}: step {} ({})\n", gain.change, to_text(gain.time),
                          longer_text(best.step, gain.time));
    }
    others(best);
  }

  // For each list, the best with another value of it.
  void others(const PlanCandidate& best) {
    for (const auto& [path, value] : point(best).choices) {
      const auto other = std::find_if(
          f_.outcome.ranked.begin(), f_.outcome.ranked.end(), [&](const PlanCandidate& candidate) {
            const auto& choices = point(candidate).choices;
            return std::any_of(choices.begin(), choices.end(), [&](const auto& choice) {
              return choice.first == path && choice.second != value;
            });
          });
      if (other == f_.outcome.ranked.end()) continue;
      const double worse = score(spec_.goal, *other) / score(spec_.goal, best) - 1;
      out_ << fmt::format(
          "  another {} than {} loses {}: {} has {} computing, {} exposed, "
          "{} bubble\n",
          short_key(path), value, percent(worse), words(point(*other)), percent(other->computing),
          percent(other->exposed), percent(other->bubble));
    }
  }

  void refused() {
    if (f_.outcome.refused.empty()) return;
    out_ << "\nleft out\n";
    for (const auto& [reason, count] : f_.outcome.refused) {
      const auto example = f_.set->examples.find(reason);
      const std::string first =
          example == f_.set->examples.end() ? "" : fmt::format(" (the first: {})", example->second);
      out_ << fmt::format("  {:>6}  {}{}\n", count, reason, first);
    }
  }

  void question() {
    const PlanAnswer& answer = *f_.answer;
    const PlanQuestion& asked = *spec_.find;
    if (!answer.value) {
      out_ << fmt::format("\nno {} of the {} tried from {} to {} keeps the limits\n", asked.key,
                          answer.attempts, asked.range.text(asked.range.least),
                          asked.range.text(asked.range.most));
      return;
    }
    out_ << fmt::format("\nthe {} {} that keeps the limits: {}, with a step of {}",
                        asked.wants_least ? "least" : "largest", asked.key, *answer.value,
                        to_text(answer.best->step));
    out_ << (answer.fails ? fmt::format("; {} does not\n", *answer.fails)
                          : std::string("; all values asked about do\n"));
  }

  std::ostream& out_;
  const PlanFindings& f_;
  const PlanSpec& spec_;
};

}  // namespace
}  // namespace commsim::plan_text

namespace commsim {

void write_plan_text(std::ostream& out, const PlanFindings& findings) {
  plan_text::Text(out, findings).write();
}

}  // namespace commsim
