// A row that has travelled is the row.
#include "sim/scenario/result_archive.hpp"

#include <gmock/gmock.h>

#include "sim/report/record.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::result_archive_test {
namespace {

class Travelled : public testing::TestWithParam<const char*> {};

// Everything that a report shows stands in the record.
TEST_P(Travelled, ResultsGiveTheSameRecords) {
  const auto file = std::string(COMMSIM_SOURCE_DIR) + "/scenarios/" + GetParam();
  const ScenarioSet set = read_scenarios(read_yaml_file(file));
  constexpr std::size_t kSome = 12;
  for (std::size_t i = 0; i < std::min(kSome, set.points.size()); ++i) {
    const ScenarioPoint& asked = set.points[i];
    const SettledPoint here = settled(asked);
    const SettledPoint there = unpacked(packed(here), asked);
    EXPECT_EQ(dumped(record(there.point, there.result)), dumped(record(here.point, here.result)));
    EXPECT_EQ(there.result.bound.reason, here.result.bound.reason);
    EXPECT_EQ(there.point.run.algorithm, here.point.run.algorithm);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Travelled,
                         testing::Values("quickstart.yaml", "compression.yaml", "calibrated.yaml",
                                         "nccl_baseline.yaml", "moe_all_to_all.yaml",
                                         "incast.yaml"));

TEST(ResultArchive, KeepsNumbersToTheLastBitAndWhatIsMissingMissing) {
  const ScenarioPoint asked;
  SettledPoint sent{asked, {}};
  sent.point.algorithm = "ring";
  sent.result.algbw = 0.1 + 0.2;
  sent.result.busbw = 5e-324;
  sent.result.time = Duration{INT64_MAX};
  sent.result.likely = TimeRange{.least = 1_psec, .most = 2_psec};
  sent.result.warnings = {"", "two\nlines"};
  ScenarioPoint modelled;
  const Algorithm any;
  modelled.run.algorithm = &any;
  const SettledPoint came = unpacked(packed(sent), modelled);
  EXPECT_EQ(came.result.algbw, 0.1 + 0.2);
  EXPECT_EQ(came.result.busbw, 5e-324);
  EXPECT_EQ(came.result.time, Duration{INT64_MAX});
  EXPECT_EQ(came.result.likely->most, 2_psec);
  EXPECT_EQ(came.result.warnings, sent.result.warnings);
  EXPECT_FALSE(came.result.coded.has_value());
  EXPECT_FALSE(came.result.bottleneck.has_value());
}

}  // namespace
}  // namespace commsim::result_archive_test
