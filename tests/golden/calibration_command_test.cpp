// From measurements to a profile, to predictions, to their errors: through the command line.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/command.hpp"

namespace commsim::support::calibration_command_test {
namespace {

using testing::HasSubstr;

constexpr const char* kTable =
    "scenarios/measured/dgx_a100_2x8_all_reduce.csv --collective all_reduce --ranks 16 --nodes 2";

TEST(Calibrate, ImportMakesTheProfileThatIsShipped) {
  const CommandResult made = commsim(std::string("calibrate import --name dgx_a100_2x8 ") + kTable);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out,
            read_file(std::string(COMMSIM_SOURCE_DIR) + "/scenarios/profiles/dgx_a100_2x8.yaml"));
  EXPECT_THAT(made.err, HasSubstr("sizes 30"));
}

TEST(Calibrate, SaysWhatTheLogLeavesOpen) {
  const CommandResult result =
      commsim("calibrate import scenarios/measured/dgx_a100_2x8_all_reduce.csv");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("--collective"));
  EXPECT_EQ(commsim("calibrate import /no/such/file").exit_code, 2);
  EXPECT_EQ(commsim("calibrate").exit_code, 2);
}

TEST(Calibrate, LeavesTheOldProfileWhereTheNewOneCannotBeMade) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "p.yaml").string();
  ASSERT_EQ(commsim(std::string("calibrate import ") + kTable + " -o '" + file + "'").exit_code, 0);
  const std::string before = read_file(file);
  EXPECT_EQ(commsim("calibrate import scenarios/quickstart.yaml -o '" + file + "'").exit_code, 2);
  EXPECT_EQ(read_file(file), before);
}

TEST(Validate, JsonHasTheStableKeys) {
  const CommandResult result =
      commsim(std::string("validate --format json --holdout sizes ") + kTable);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  ASSERT_EQ(json["rows"].size(), 30U);
  for (const char* key : {"bytes", "measured_s", "predicted_s", "error"}) {
    EXPECT_TRUE(json["rows"][0].contains(key)) << key;
  }
  EXPECT_EQ(json["rows"][0]["bytes"], 8);
  EXPECT_DOUBLE_EQ(json["rows"][0]["measured_s"], 38.63e-6);
  for (const char* key : {"rows", "median_abs_error", "p95_abs_error", "by_size"}) {
    EXPECT_TRUE(json["summary"].contains(key)) << key;
  }
  EXPECT_LT(json["summary"]["median_abs_error"], 0.04);
}

TEST(Validate, OfAScenarioSimulatesEveryMeasuredSize) {
  const CommandResult result =
      commsim(std::string("validate --against scenarios/quickstart.yaml --set "
                          "collective.algorithm=ring --format json ") +
              kTable);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  // The last row of the table in the README: 40.27 ms where 42.72 ms were measured.
  EXPECT_NEAR(json["rows"][29]["error"], -0.057, 0.001);
  EXPECT_EQ(json["rows"].size(), 30U);
}

TEST(Validate, ExitsWithOneAboveALimitAndWithTwoWithoutAPredictor) {
  const std::string held_out = std::string("validate --holdout sizes ") + kTable;
  EXPECT_EQ(commsim(held_out + " --median-at-most 5").exit_code, 0);
  const CommandResult above = commsim(held_out + " --median-at-most 1");
  EXPECT_EQ(above.exit_code, 1);
  EXPECT_THAT(above.err, HasSubstr("more than 1 %"));
  EXPECT_EQ(commsim(std::string("validate ") + kTable).exit_code, 2);
  EXPECT_EQ(commsim(std::string("validate --holdout ranks ") + kTable).exit_code, 2);
}

}  // namespace
}  // namespace commsim::support::calibration_command_test
