#include "sim/report/validation_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <utility>

#include "core/quantity_text.hpp"
#include "core/seconds.hpp"
#include "sim/report/ratio_plot.hpp"
#include "sim/report/text_table.hpp"

namespace commsim {
namespace {

constexpr int kBarHalf = 10;      // characters each side
constexpr double kBarFull = 0.5;  // the error that fills one

std::string percent(double part) { return fmt::format("{:.1f} %", 100 * part); }

// Too fast goes to the left, too slow to the right: "     ====|          ".
std::string bar(double error) {
  const double share = std::min(1.0, std::abs(error) / kBarFull);
  const auto length = static_cast<std::size_t>(std::lround(share * kBarHalf));
  const std::string full(length, '=');
  const std::string empty(kBarHalf - length, ' ');
  const std::string blank(kBarHalf, ' ');
  return error < 0 ? empty + full + "|" + blank : blank + "|" + full + empty;
}

std::string summary_line(const ErrorSummary& errors) {
  std::string text = fmt::format("{} {}: median {}, p90 {}, p95 {}, bias {:+.1f} %", errors.rows,
                                 errors.rows == 1 ? "size" : "sizes", percent(errors.median),
                                 percent(errors.p90), percent(errors.p95), 100 * errors.bias);
  if (errors.covered) text += fmt::format(", {} in the predicted range", percent(*errors.covered));
  return text;
}

constexpr std::size_t kWorst = 3;

std::string worst_line(const std::vector<ValidationRow>& rows) {
  std::vector<std::string> sizes;
  for (const ValidationRow& row : worst_rows(rows, kWorst)) {
    sizes.push_back(fmt::format("{} {:+.1f} %", to_binary_text(row.size), 100 * row.error()));
  }
  return fmt::format("{}", fmt::join(sizes, ", "));
}

void write_summaries(std::ostream& out, const std::vector<ValidationRow>& rows) {
  const auto line = [&](std::string_view name, const std::string& text) {
    out << fmt::format("  {:<18} {}\n", name, text);
  };
  line("all", summary_line(summary_of(rows)));
  for (const auto& [name, part] : {std::pair{"below 1 MiB", below_mebibyte(rows)},
                                   std::pair{"from 1 MiB", from_mebibyte(rows)}}) {
    if (!part.empty()) line(name, summary_line(summary_of(part)));
  }
  for (const SizeDecade& decade : by_decade(rows)) {
    line(fmt::format("{} to {}", to_text(decade.from), to_text(decade.to)),
         summary_line(decade.errors));
  }
  line("worst", worst_line(rows));
  if (const std::string plot = ratio_plot(rows); !plot.empty()) out << '\n' << plot;
}

// Of what several predict, all rows together would tell of none of them.
void write_ranking(std::ostream& out, const std::vector<RankedPredictor>& ranked) {
  const TextTable table({{.title = "sizes", .width = 5},
                         {.title = "median", .width = 8},
                         {.title = "p90", .width = 8},
                         {.title = "p95", .width = 8},
                         {.title = "bias", .width = 9},
                         {.title = "below 1 MiB", .width = 8},
                         {.title = "from 1 MiB", .width = 8},
                         {.title = "predicted from", .width = 10, .left = true}});
  const auto median_of = [](const std::vector<ValidationRow>& rows) {
    return rows.empty() ? "-" : percent(summary_of(rows).median);
  };
  out << "best first\n\n" << table.header() << '\n';
  for (const RankedPredictor& entry : ranked) {
    const ErrorSummary errors = summary_of(entry.rows);
    out << table.line({fmt::format("{}", errors.rows), percent(errors.median), percent(errors.p90),
                       percent(errors.p95), fmt::format("{:+.1f} %", 100 * errors.bias),
                       median_of(below_mebibyte(entry.rows)), median_of(from_mebibyte(entry.rows)),
                       entry.predictor})
        << '\n';
  }
}

}  // namespace

std::vector<ValidationRow> decisive(const std::vector<Validation>& validations) {
  auto ranked = ranking(validations);
  return ranked.empty() ? pooled(validations) : std::move(ranked.front().rows);
}

std::vector<ValidationRow> pooled(const std::vector<Validation>& validations) {
  std::vector<ValidationRow> rows;
  for (const Validation& validation : validations) {
    rows.insert(rows.end(), validation.rows.begin(), validation.rows.end());
  }
  return rows;
}

void write_validations(std::ostream& out, const std::vector<Validation>& validations) {
  const TextTable table({{.title = "size", .width = 10},
                         {.title = "measured", .width = 10},
                         {.title = "predicted", .width = 10},
                         {.title = "error", .width = 9},
                         {.title = "too fast | too slow", .width = 21, .left = true}});
  for (const Validation& validation : validations) {
    out << validation.title << "\n  predicted from " << validation.predictor << "\n\n"
        << table.header() << '\n';
    for (const ValidationRow& row : validation.rows) {
      out << table.line({to_binary_text(row.size), to_text(duration_of(row.measured)),
                         to_text(duration_of(row.predicted)),
                         fmt::format("{:+.1f} %", 100 * row.error()), bar(row.error())})
          << '\n';
    }
    out << '\n';
    write_summaries(out, validation.rows);
    out << '\n';
  }
  if (validations.size() < 2) return;
  if (const auto ranked = ranking(validations); !ranked.empty()) return write_ranking(out, ranked);
  out << fmt::format("{} tables together\n", validations.size());
  write_summaries(out, pooled(validations));
}

}  // namespace commsim
