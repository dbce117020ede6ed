// How far fits are from measurements that they have not seen. Ceilings only go down.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "calibrate/hold_out.hpp"
#include "sim/report/validation_report.hpp"
#include "tests/support/published.hpp"

namespace commsim::fit_test {
namespace {

using support::published_folder;
using support::PublishedTable;

void print(const std::string& what, const std::vector<ValidationRow>& rows) {
  const ErrorSummary errors = summary_of(rows);
  std::cout << fmt::format("{:62} {:5} rows, median {:5.2f} %, p90 {:5.1f} %, p95 {:5.1f} %\n",
                           what, errors.rows, 100 * errors.median, 100 * errors.p90,
                           100 * errors.p95);
}

void print_parts(const std::string& what, const std::vector<ValidationRow>& rows) {
  print(what, rows);
  print("  below 1 MiB", rows_between(rows, Bytes{0}, 1_MiB));
  print("  from 1 MiB", rows_between(rows, 1_MiB, Bytes{INT64_MAX}));
}

// Collectives of NCCL and RCCL with twenty sizes or more, of which nothing is known against them.
bool is_collective(const PublishedTable& table) {
  for (const char* other : {"osu", "imb", "ib_", "p2p"}) {
    if (table.collective.starts_with(other)) return false;
  }
  return table.tier == "A" && table.rows >= 20;
}

// Every other size from the others, and the others from it, of every table.
TEST(UnseenSizes, OfCollectivesArePredicted) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  std::vector<Validation> validations;
  int good = 0;
  for (const PublishedTable& table : support::published_tables(*published_folder())) {
    if (!is_collective(table)) continue;
    const auto run = read_measurements(table.file, table.hints).runs.front();
    validations.push_back(hold_out_sizes(title_of(run), measurements_of(run)));
    print(table.file.stem().string(), validations.back().rows);
    good += summary_of(validations.back().rows).median <= 0.04 ? 1 : 0;
  }
  ASSERT_GE(validations.size(), 33U);
  print_parts("all", pooled(validations));
  const ErrorSummary errors = summary_of(pooled(validations));
  EXPECT_LE(errors.median, 0.016);
  EXPECT_LE(errors.p90, 0.12);
  EXPECT_LE(errors.p95, 0.18);
  EXPECT_GE(good, 0.8 * static_cast<double>(validations.size()));
  EXPECT_GE(errors.covered.value_or(0), 0.8);
}

TEST(UnseenSizes, OfMessagesBetweenTwoArePredicted) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  std::vector<Validation> validations;
  for (const PublishedTable& table : support::published_tables(*published_folder())) {
    if (is_collective(table) || table.rows < 20 || table.tier != "A" ||
        table.collective.starts_with("p2p")) {
      continue;
    }
    const auto run = read_measurements(table.file, table.hints).runs.front();
    validations.push_back(hold_out_sizes(title_of(run), measurements_of(run)));
    print(table.file.stem().string(), validations.back().rows);
  }
  ASSERT_GE(validations.size(), 10U);
  print_parts("all", pooled(validations));
  EXPECT_LE(summary_of(pooled(validations)).median, 0.05);
}

// Eight GPUs of one server from two and four of it.
TEST(UnseenRanks, OfOneServerArePredicted) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto measurements =
      read_measurements(*published_folder() / "aiconfigurator" / "nccl_single_node.csv");
  std::vector<MeasuredRun> half;
  for (const MeasuredRun& run : measurements.runs) {
    if (run.dtype == "half") half.push_back(run);
  }
  const auto validations = hold_out_ranks(half);
  std::map<std::string, std::vector<ValidationRow>> kinds;  // by collective and GPU
  for (const Validation& validation : validations) {
    print(validation.title, validation.rows);
    auto& kind = kinds[validation.title.substr(0, validation.title.rfind(", 2."))];
    kind.insert(kind.end(), validation.rows.begin(), validation.rows.end());
  }
  ASSERT_EQ(validations.size(), 31U);
  ASSERT_EQ(kinds.size(), 12U);
  for (const auto& [kind, rows] : kinds) {
    print(kind, rows);
    EXPECT_LE(summary_of(rows).median, 0.08) << kind;
    EXPECT_LE(summary_of(rows_between(rows, 1_MiB, Bytes{INT64_MAX})).median, 0.15) << kind;
  }
  const auto all = pooled(validations);
  print_parts("all", all);
  EXPECT_LE(summary_of(all).median, 0.05);
  EXPECT_LE(summary_of(rows_between(all, 1_MiB, Bytes{INT64_MAX})).median, 0.07);
  EXPECT_LE(summary_of(all).p95, 0.25);
}

}  // namespace
}  // namespace commsim::fit_test
