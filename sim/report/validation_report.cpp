#include "sim/report/validation_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "core/quantity_text.hpp"
#include "core/seconds.hpp"
#include "sim/report/record.hpp"
#include "sim/report/text_table.hpp"

namespace commsim {
namespace {

constexpr Bytes kMebibyte{1 << 20};
constexpr int kBarHalf = 10;            // characters each side
constexpr double kBarFull = 0.5;        // the error that fills one
constexpr Bytes kEverySize{INT64_MAX};  // beyond any

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
  std::string text = fmt::format("{} sizes: median {}, p90 {}, p95 {}, bias {:+.1f} %", errors.rows,
                                 percent(errors.median), percent(errors.p90), percent(errors.p95),
                                 100 * errors.bias);
  if (errors.covered) text += fmt::format(", {} in the predicted range", percent(*errors.covered));
  return text;
}

void write_summaries(std::ostream& out, const std::vector<ValidationRow>& rows) {
  out << "  all       " << summary_line(summary_of(rows)) << '\n';
  for (const auto& [name, from, to] : {std::tuple{"< 1 MiB ", Bytes{0}, kMebibyte},
                                       std::tuple{">= 1 MiB", kMebibyte, kEverySize}}) {
    const auto part = rows_between(rows, from, to);
    if (!part.empty()) out << "  " << name << "  " << summary_line(summary_of(part)) << '\n';
  }
}

nlohmann::ordered_json summary_record(const std::vector<ValidationRow>& rows) {
  const ErrorSummary all = summary_of(rows);
  nlohmann::ordered_json record{{"rows", all.rows},
                                {"median_abs_error", all.median},
                                {"p90_abs_error", all.p90},
                                {"p95_abs_error", all.p95},
                                {"bias", all.bias},
                                {"covered", nullptr},
                                {"by_size", nlohmann::ordered_json::array()}};
  if (all.covered) record["covered"] = *all.covered;
  for (const SizeDecade& decade : by_decade(rows)) {
    record["by_size"].push_back({{"from", decade.from.count()},
                                 {"to", decade.to.count()},
                                 {"rows", decade.errors.rows},
                                 {"median_abs_error", decade.errors.median},
                                 {"p95_abs_error", decade.errors.p95}});
  }
  return record;
}

nlohmann::ordered_json rows_record(const std::vector<ValidationRow>& rows) {
  auto list = nlohmann::ordered_json::array();
  for (const ValidationRow& row : rows) {
    list.push_back({{"bytes", row.size.count()},
                    {"measured_s", row.measured},
                    {"predicted_s", row.predicted},
                    {"error", row.error()}});
  }
  return list;
}

}  // namespace

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
  out << fmt::format("{} tables together\n", validations.size());
  write_summaries(out, pooled(validations));
}

void write_validations_json(std::ostream& out, const std::vector<Validation>& validations,
                            const std::string& version) {
  nlohmann::ordered_json record{{"commsim", version}};
  // One table needs no list around it.
  if (validations.size() == 1) record["rows"] = rows_record(validations.front().rows);
  record["summary"] = summary_record(pooled(validations));
  record["validations"] = nlohmann::ordered_json::array();
  for (const Validation& validation : validations) {
    record["validations"].push_back({{"title", validation.title},
                                     {"predictor", validation.predictor},
                                     {"rows", rows_record(validation.rows)},
                                     {"summary", summary_record(validation.rows)}});
  }
  out << dumped(record) << '\n';
}

}  // namespace commsim
