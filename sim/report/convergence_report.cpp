#include "sim/report/convergence_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/record.hpp"
#include "sim/report/text_table.hpp"

namespace commsim::convergence_reports {
namespace {

using Json = nlohmann::ordered_json;

// A run that ended early has no loss any more.
double loss_at(const TrainingRun& run, std::size_t step) {
  return step < run.losses.size() ? run.losses[step] : NAN;
}

std::string text_of(double loss) { return std::isfinite(loss) ? fmt::format("{:.4g}", loss) : "-"; }

template <typename T>
std::string text_of(const std::optional<T>& value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : "-";
}

std::size_t widest(const std::vector<ConvergenceCurve>& curves) {
  std::size_t width = 0;
  for (const ConvergenceCurve& curve : curves) width = std::max(width, curve.codec.size());
  return width;
}

std::vector<std::size_t> shown_steps(std::size_t last) {
  constexpr std::size_t kShown = 10;
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i <= kShown; ++i) steps.push_back(i * last / kShown);
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

template <typename T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json losses(const TrainingRun& run) {
  auto list = Json::array();
  for (const double loss : run.losses) {
    list.push_back(std::isfinite(loss) ? Json(loss) : Json(nullptr));
  }
  return list;
}

}  // namespace
}  // namespace commsim::convergence_reports

namespace commsim {

using namespace convergence_reports;

void write_convergence_text(std::ostream& out, const std::vector<ConvergenceCurve>& curves) {
  const TrainingRun& exact = curves.front().outcome.exact;
  const TextTable table({{.title = "codec", .width = widest(curves), .left = true},
                         {.title = "exchange", .width = 10, .left = true},
                         {.title = "last loss", .width = 10},
                         {.title = "x uncompressed", .width = 9},
                         {.title = "steps to its loss"},
                         {.title = "", .left = true}});
  out << table.header() << '\n'
      << table.line({"uncompressed", "", text_of(exact.losses.back()), "1.000",
                     text_of(curves.front().outcome.exact_steps, "{}"),
                     exact.diverged ? "diverged" : ""})
      << '\n';
  for (const auto& [codec, exchange, outcome] : curves) {
    out << table.line({codec, exchange, text_of(outcome.compressed.losses.back()),
                       text_of(outcome.loss_ratio, "{:.3f}"),
                       text_of(outcome.compressed_steps, "{}"),
                       outcome.compressed.diverged ? "diverged" : ""})
        << '\n';
  }
  std::vector<TextColumn> columns{{.title = "step", .width = 6},
                                  {.title = "uncompressed", .width = 10}};
  for (const ConvergenceCurve& curve : curves)
    columns.push_back({.title = curve.codec, .width = 8});
  const TextTable curve_table(std::move(columns));
  out << '\n' << curve_table.header() << '\n';
  for (const std::size_t step : shown_steps(exact.losses.size() - 1)) {
    std::vector<std::string> cells{fmt::format("{}", step), text_of(loss_at(exact, step))};
    for (const ConvergenceCurve& curve : curves) {
      cells.push_back(text_of(loss_at(curve.outcome.compressed, step)));
    }
    out << curve_table.line(cells) << '\n';
  }
}

void write_convergence_csv(std::ostream& out, const std::vector<ConvergenceCurve>& curves) {
  const TrainingRun& exact = curves.front().outcome.exact;
  std::size_t steps = exact.losses.size();
  out << "step,uncompressed";
  for (const ConvergenceCurve& curve : curves) {
    out << ',' << csv_cell(curve.codec);
    steps = std::max(steps, curve.outcome.compressed.losses.size());
  }
  out << '\n';
  const auto cell = [](double loss) {
    return std::isfinite(loss) ? fmt::format("{}", loss) : std::string();
  };
  for (std::size_t step = 0; step < steps; ++step) {
    out << step << ',' << cell(loss_at(exact, step));
    for (const ConvergenceCurve& curve : curves) {
      out << ',' << cell(loss_at(curve.outcome.compressed, step));
    }
    out << '\n';
  }
}

void write_convergence_json(std::ostream& out, const std::vector<ConvergenceCurve>& curves) {
  const Convergence& first = curves.front().outcome;
  Json all{{"uncompressed",
            {{"losses", losses(first.exact)},
             {"diverged", first.exact.diverged},
             {"steps_to_loss", value_or_null(first.exact_steps)}}},
           {"results", Json::array()}};
  for (const auto& [codec, exchange, outcome] : curves) {
    all["results"].push_back({{"codec", codec},
                              {"exchange", exchange},
                              {"loss_ratio", value_or_null(outcome.loss_ratio)},
                              {"steps_to_loss", value_or_null(outcome.compressed_steps)},
                              {"diverged", outcome.compressed.diverged},
                              {"losses", losses(outcome.compressed)}});
  }
  out << dumped(all) << '\n';
}

}  // namespace commsim
