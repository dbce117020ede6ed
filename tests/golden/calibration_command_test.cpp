// From measurements to a profile, to predictions, to their errors: through the command line.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
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

TEST(Validate, RanksTheAlgorithmsOfAScenario) {
  const std::string both = std::string(
                               "validate --against scenarios/quickstart.yaml --set "
                               "'collective.algorithm=[double_binary_tree, ring]' ") +
                           kTable;
  const CommandResult text = commsim(both);
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("best first"));
  EXPECT_THAT(text.out, HasSubstr("worst   "));
  const auto json = nlohmann::json::parse(commsim(both + " --format json").out);
  ASSERT_EQ(json["ranking"].size(), 2U);
  EXPECT_EQ(json["ranking"][0]["summary"], json["summary"]);
  EXPECT_LE(json["ranking"][0]["summary"]["median_abs_error"],
            json["ranking"][1]["summary"]["median_abs_error"]);
  EXPECT_EQ(json["summary"]["rows"], 30);
  for (const char* part : {"below_1_mib", "from_1_mib"}) {
    EXPECT_TRUE(json["summary"][part].contains("bias")) << part;
  }
}

TEST(Validate, HoldsOutFilesAndRefusesNodesThatAreNotThere) {
  const TemporaryFolder folder;
  const std::string other = (folder.path() / "other.csv").string();
  std::filesystem::copy(
      std::string(COMMSIM_SOURCE_DIR) + "/scenarios/measured/dgx_a100_2x8_all_reduce.csv", other);
  const CommandResult alone = commsim(std::string("validate --holdout file ") + kTable);
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, HasSubstr("two or more"));
  const CommandResult nodes = commsim(std::string("validate --holdout nodes ") + kTable);
  EXPECT_EQ(nodes.exit_code, 2);
  EXPECT_THAT(nodes.err, HasSubstr("three numbers of nodes"));
  const CommandResult result = commsim("validate --holdout file --format json '" + other + "' " +
                                       kTable + " --median-at-most 1");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["validations"].size(), 2U);
}

TEST(Profiles, AreNoScenarios) {
  for (const char* command : {"run", "check", "topo", "explain"}) {
    const CommandResult result =
        commsim(std::string(command) + " scenarios/profiles/dgx_a100_2x8.yaml");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_THAT(result.err, HasSubstr("this is a profile of measured times, no scenario; name it"));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

class MeasuredLog : public testing::Test {
 protected:
  // A log beside the scenario, and what the scenario says of it.
  [[nodiscard]] CommandResult run(const std::string& measured, const std::string& log) const {
    std::ofstream(folder_.path() / "osu.log") << log;
    std::ofstream(folder_.path() / "s.yaml")
        << "version: 1\ntopology: {kind: switch, ranks: 4, link: {bandwidth: 25 GB/s, latency: 1 "
           "us}}\nnetwork: {model: alpha_beta}\ncollective: {kind: all_gather, algorithm: ring, "
           "size: 4 KiB}\nmeasured: "
        << measured << '\n';
    return commsim("run --format json '" + (folder_.path() / "s.yaml").string() + "'");
  }

 private:
  TemporaryFolder folder_;
};

const std::string kOsu =
    "# OSU MPI Allgather Latency Test v7.4\n# Size  Avg Latency(us)\n1024  12.5\n2048 20\n";

TEST_F(MeasuredLog, IsRefusedWithTheReasonAtItsKey) {
  EXPECT_THAT(run("osu.log", kOsu).err, HasSubstr("measured: "));
  EXPECT_THAT(run("osu.log", kOsu).err, HasSubstr("does not say how many ranks"));
  EXPECT_THAT(run("{file: osu.log, format: nccl, ranks: 4}", kOsu).err, HasSubstr("format of"));
  EXPECT_THAT(run("{file: osu.log, format: imb, ranks: 4}", kOsu).err,
              HasSubstr("no measurements"));
  EXPECT_THAT(run("{file: osu.log, collective: all_reduce, ranks: 4}", kOsu).err,
              HasSubstr("all_gather here, but all_reduce"));
  EXPECT_EQ(run("{file: osu.log, ranks: 99999999}", kOsu).exit_code, 2);
}

TEST_F(MeasuredLog, OfAnyFormatStandsBesideTheScenario) {
  for (const char* said : {"{file: osu.log, ranks: 4}", "{file: osu.log, format: osu, ranks: 4}"}) {
    const CommandResult result = run(said, kOsu);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto point = nlohmann::json::parse(result.out)["results"][0];
    EXPECT_DOUBLE_EQ(point["measured_s"], 12.5e-6);
    EXPECT_FALSE(point["error"].is_null());
  }
  // Of another number of ranks: shown, but no error.
  const CommandResult other = run("{file: osu.log, ranks: 2}", kOsu);
  ASSERT_EQ(other.exit_code, 0) << other.err;
  const auto point = nlohmann::json::parse(other.out)["results"][0];
  EXPECT_DOUBLE_EQ(point["measured_s"], 20e-6);
  EXPECT_TRUE(point["error"].is_null());
}

}  // namespace
}  // namespace commsim::support::calibration_command_test
