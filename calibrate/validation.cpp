#include "calibrate/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"

namespace commsim {
namespace {

constexpr Bytes kMebibyteSize{1 << 20};

Bytes decade_of(Bytes size) {
  std::int64_t start = 1;
  while (start <= size.count() / 10) start *= 10;
  return Bytes{start};
}

}  // namespace

ValidationRow row_of(const RegimeFit& fit, const Measurement& row) {
  return {.size = row.size,
          .measured = seconds(row.time),
          .predicted = fit.curve.time_s(row.size),
          .factor = fit.band.factor(row.size)};
}

ErrorSummary summary_of(std::span<const ValidationRow> rows) {
  ensure(!rows.empty(), "a summary is of something");
  std::vector<double> errors;
  std::vector<double> sizes;
  std::size_t inside = 0;
  std::size_t said = 0;
  for (const ValidationRow& row : rows) {
    errors.push_back(row.error());
    sizes.push_back(std::abs(row.error()));
    if (!row.factor) continue;
    ++said;
    const double ratio = row.measured / row.predicted;
    if (ratio <= *row.factor && ratio >= 1 / *row.factor) ++inside;
  }
  ErrorSummary summary{.rows = rows.size(),
                       .median = median(sizes),
                       .p90 = quantile(sizes, 0.9),
                       .p95 = quantile(sizes, 0.95),
                       .bias = median(errors),
                       .covered = {}};
  if (said > 0) summary.covered = static_cast<double>(inside) / static_cast<double>(said);
  return summary;
}

std::vector<ValidationRow> rows_between(std::span<const ValidationRow> rows, Bytes from, Bytes to) {
  std::vector<ValidationRow> found;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(found),
               [&](const ValidationRow& row) { return row.size >= from && row.size < to; });
  return found;
}

std::vector<ValidationRow> below_mebibyte(std::span<const ValidationRow> rows) {
  return rows_between(rows, Bytes{0}, kMebibyteSize);
}

std::vector<ValidationRow> from_mebibyte(std::span<const ValidationRow> rows) {
  return rows_between(rows, kMebibyteSize, Bytes{INT64_MAX});
}

std::vector<SizeDecade> by_decade(std::span<const ValidationRow> rows) {
  std::map<Bytes, std::vector<ValidationRow>> decades;
  for (const ValidationRow& row : rows) decades[decade_of(row.size)].push_back(row);
  std::vector<SizeDecade> result;
  for (const auto& [from, members] : decades) {
    const Bytes to{from.count() > INT64_MAX / 10 ? INT64_MAX : from.count() * 10};
    result.push_back({from, to, summary_of(members)});
  }
  return result;
}

Validation validate_table(const Profile& profile, const MeasuredRun& run,
                          const std::string& title) {
  const ProfileTable& table =
      profile.table(run.collective, run.ranks, run.nodes, data_type_name(run.dtype));
  Validation validation{
      .title = title,
      .predictor = fmt::format("profile '{}', fitted on {}", profile.name, table.source),
      .rows = {}};
  const auto measured = measurements_of(run);
  validation.rows.reserve(measured.size());
  for (const Measurement& row : measured) validation.rows.push_back(row_of(table.fit, row));
  return validation;
}

std::vector<ValidationRow> worst_rows(std::span<const ValidationRow> rows, std::size_t most) {
  std::vector<ValidationRow> worst(rows.begin(), rows.end());
  std::stable_sort(worst.begin(), worst.end(), [](const auto& a, const auto& b) {
    return std::abs(a.error()) > std::abs(b.error());
  });
  worst.resize(std::min(worst.size(), most));
  return worst;
}

std::vector<RankedPredictor> ranking(std::span<const Validation> validations) {
  std::map<std::string, std::set<std::string>> predictors_of;  // of each title
  std::map<std::string, std::vector<ValidationRow>> rows_of;   // of each predictor
  for (const Validation& validation : validations) {
    predictors_of[validation.title].insert(validation.predictor);
    auto& rows = rows_of[validation.predictor];
    rows.insert(rows.end(), validation.rows.begin(), validation.rows.end());
  }
  const bool several = std::any_of(predictors_of.begin(), predictors_of.end(),
                                   [](const auto& entry) { return entry.second.size() > 1; });
  if (!several) return {};
  std::vector<RankedPredictor> ranked;
  ranked.reserve(rows_of.size());
  for (auto& [predictor, rows] : rows_of) ranked.push_back({predictor, std::move(rows)});
  const auto key = [](const RankedPredictor& entry) {
    const ErrorSummary errors = summary_of(entry.rows);
    return std::pair(errors.median, errors.p95);
  };
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return ranked;
}

}  // namespace commsim
