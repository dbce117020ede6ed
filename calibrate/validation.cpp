#include "calibrate/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "calibrate/fit/rank_scaling.hpp"
#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"

namespace commsim {
namespace {

ValidationRow row_of(const RegimeFit& fit, const Measurement& row) {
  return {.size = row.size,
          .measured = seconds(row.time),
          .predicted = fit.curve.time_s(row.size),
          .factor = fit.band.factor(row.size)};
}

Bytes decade_of(Bytes size) {
  std::int64_t start = 1;
  while (start <= size.count() / 10) start *= 10;
  return Bytes{start};
}

}  // namespace

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

Validation hold_out_sizes(const std::string& title, const std::vector<Measurement>& table) {
  const auto rows = medians(table);
  if (rows.size() < 4) {
    throw RequestError(fmt::format("{}: to hold out sizes there must be four or more", title));
  }
  Validation validation{
      .title = title, .predictor = "regimes of every other size of this table", .rows = {}};
  for (const std::size_t half : {0U, 1U}) {
    const RegimeFit fit = fit_regimes(alternate(rows, half), {.resamples = 0});
    for (const Measurement& row : alternate(rows, 1 - half)) {
      validation.rows.push_back(row_of(fit, row));
    }
  }
  std::sort(validation.rows.begin(), validation.rows.end(),
            [](const auto& a, const auto& b) { return a.size < b.size; });
  return validation;
}

Validation validate_table(const Profile& profile, const MeasuredRun& run,
                          const std::string& title) {
  const ProfileTable& table =
      profile.table(run.collective, run.ranks, run.nodes, data_type_name(run.dtype));
  Validation validation{
      .title = title,
      .predictor = fmt::format("profile '{}', fitted on {}", profile.name, table.source),
      .rows = {}};
  for (const Measurement& row : measurements_of(run)) {
    validation.rows.push_back(row_of(table.fit, row));
  }
  return validation;
}

std::vector<Validation> hold_out_ranks(const std::vector<MeasuredRun>& runs) {
  std::map<std::string, std::map<int, const MeasuredRun*>> groups;
  for (const MeasuredRun& run : runs) {
    if (run.ranks < 2 || run.nodes > 1) continue;
    MeasuredRun kind = run;
    kind.ranks = 0;
    groups[title_of(kind)][run.ranks] = &run;
  }
  std::vector<Validation> validations;
  for (const auto& [title, by_ranks] : groups) {
    if (by_ranks.size() < 3) continue;
    auto last = by_ranks.rbegin();
    const auto& [most, unseen] = *last++;
    const auto& [more, larger] = *last++;
    const auto& [fewer, smaller] = *last;
    const RankScaling scaling(unseen->collective, {fewer, measurements_of(*smaller)},
                              {more, measurements_of(*larger)});
    Validation validation{.title = title_of(*unseen),
                          .predictor = fmt::format("its {} and {} ranks", fewer, more),
                          .rows = {}};
    for (const Measurement& row : measurements_of(*unseen)) {
      validation.rows.push_back({.size = row.size,
                                 .measured = seconds(row.time),
                                 .predicted = scaling.time_s(most, row.size)});
    }
    validations.push_back(std::move(validation));
  }
  return validations;
}

}  // namespace commsim
