// How wrong are we? The shipped table is the published one, and the uncalibrated prediction of the
// quick start is no farther from it than it was when this was written. Ceilings only go down.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "calibrate/fit/statistics.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::quickstart_test {
namespace {

const std::filesystem::path kRoot = COMMSIM_SOURCE_DIR;
const auto kShipped = kRoot / "scenarios/measured/dgx_a100_2x8_all_reduce.csv";

TEST(QuickstartTable, IsThePublishedOne) {
  const char* folder = std::getenv("COMMSIM_MEASUREMENTS");
  if (folder == nullptr) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto published = MeasuredTable::read(std::filesystem::path(folder) / "nccl_tests" /
                                             "a100_dgx_2n16_allreduce_ring_ib.csv");
  const auto shipped = MeasuredTable::read(kShipped).rows();
  ASSERT_EQ(shipped.size(), published.rows().size());
  for (const Measurement& row : shipped) EXPECT_EQ(published.time(row.size), row.time);
}

// Relative errors of the ring for all sizes of the table from `least` up.
std::vector<double> ring_errors(Bytes least) {
  auto document = read_yaml_file(kRoot / "scenarios/quickstart.yaml");
  apply_override(document, "collective.algorithm=ring");
  const ScenarioSet set = read_scenarios(document);
  std::vector<double> errors;
  for (const Measurement& row : MeasuredTable::read(kShipped).rows()) {
    if (row.size < least) continue;
    CollectiveRun run = set.points.front().run;
    run.call.size = row.size;
    errors.push_back(std::abs(seconds(run_collective(run).time) / seconds(row.time) - 1));
  }
  return errors;
}

TEST(QuickstartPrediction, StaysUnderItsCeilings) {
  const auto all = ring_errors(8_B);
  ASSERT_EQ(all.size(), 30U);
  EXPECT_LT(median(all), 0.48);
  const auto large = ring_errors(256_MiB);
  ASSERT_EQ(large.size(), 5U);
  EXPECT_LT(*std::max_element(large.begin(), large.end()), 0.14);
  RecordProperty("median_error", std::to_string(median(all)));
}

}  // namespace
}  // namespace commsim::quickstart_test
