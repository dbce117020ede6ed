// Predicted beside measured times, and how far apart they are.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calibrate/profile.hpp"

namespace commsim {

struct ValidationRow {
  Bytes size;
  double measured = 0;  // seconds
  double predicted = 0;
  /// Within which factor the prediction says that nine of ten measurements lie, if it does.
  std::optional<double> factor;

  /// predicted / measured - 1.
  [[nodiscard]] double error() const { return predicted / measured - 1; }
};

/// The rows of one table.
struct Validation {
  std::string title;      // what was measured
  std::string predictor;  // and what predicts it, with what it was fitted on
  std::vector<ValidationRow> rows;
};

/// Of absolute relative errors, except the bias.
struct ErrorSummary {
  std::size_t rows = 0;
  double median = 0;
  double p90 = 0;
  double p95 = 0;
  double bias = 0;  // the median of the signed errors
  std::optional<double>
      covered;  // share of measurements in the predicted range, of those that have one
};

/// REQUIRES: one row or more.
ErrorSummary summary_of(std::span<const ValidationRow> rows);

/// One band of sizes: [from, to), a power of ten bytes each.
struct SizeDecade {
  Bytes from;
  Bytes to;
  ErrorSummary errors;
};
std::vector<SizeDecade> by_decade(std::span<const ValidationRow> rows);

/// The rows of sizes in [from, to).
std::vector<ValidationRow> rows_between(std::span<const ValidationRow> rows, Bytes from, Bytes to);

/// Those below 1 MiB, where latency counts, and the others.
std::vector<ValidationRow> below_mebibyte(std::span<const ValidationRow> rows);
std::vector<ValidationRow> from_mebibyte(std::span<const ValidationRow> rows);

/// A profile's table against measurements of the same thing.
Validation validate_table(const Profile& profile, const MeasuredRun& run, const std::string& title);

/// What a fit predicts beside what was measured.
ValidationRow row_of(const RegimeFit& fit, const Measurement& row);

/// The rows of the largest absolute errors, at most so many, the largest first.
std::vector<ValidationRow> worst_rows(std::span<const ValidationRow> rows, std::size_t most);

/// One of several predictors of the same thing, and all that it predicts.
struct RankedPredictor {
  std::string predictor;
  std::vector<ValidationRow> rows;
};

/// Where something is predicted in several ways (by the algorithms of a scenario): each of them,
/// the least median error first, and of equal ones the least p95. Otherwise empty.
std::vector<RankedPredictor> ranking(std::span<const Validation> validations);

}  // namespace commsim
