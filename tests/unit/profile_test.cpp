// Profiles: what reads back, what is refused, and what a scenario takes from one.
#include "calibrate/profile.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "calibrate/fit/rank_scaling.hpp"
#include "calibrate/hold_out.hpp"
#include "calibrate/validation.hpp"
#include "core/error.hpp"
#include "sim/scenario/profile_file.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/scenario_validation.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "tests/support/command.hpp"

namespace commsim::profile_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

MeasuredRun run_of(int ranks, double microseconds_per_rank) {
  MeasuredRun run{.collective = "all_reduce", .ranks = ranks, .nodes = 1};
  for (int power = 10; power <= 28; power += 2) {
    const double bytes = static_cast<double>(std::int64_t{1} << power);
    const double time =
        5e6 + 1e6 * microseconds_per_rank * ranks + 1e12 * bytes * 2 * (ranks - 1) / ranks / 100e9;
    run.rows.push_back({.size = Bytes{std::int64_t{1} << power},
                        .time = Duration{static_cast<std::int64_t>(time)}});
  }
  return run;
}

Profile profile_of(const MeasuredRun& run) {
  Measurements measurements{.file = "log.txt", .format = "csv", .runs = {run}, .notes = {}};
  return {.name = "box",
          .provenance = {{"measured", "log.txt"}},
          .tables = fit_tables({measurements}).tables};
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string refusal_of(const std::string& text) {
  const support::TemporaryFolder folder;
  write(folder.path() / "profile.yaml", text);
  try {
    read_profile_file(folder.path() / "profile.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::string with_times(const std::string& times) {
  return "version: 1\nprofile: p\ntables:\n  - collective: all_reduce\n    ranks: 8\n    regimes: "
         "[{from: 1 B, to: 1 MiB, latency: 1 us}]\n    times: " +
         times + "\n";
}

TEST(ProfileFile, IsRefusedAtItsPlace) {
  EXPECT_THAT(refusal_of("version: 2\nprofile: p\ntables: []\n"), HasSubstr("version"));
  EXPECT_THAT(refusal_of("version: 1\nprofile: p\n"), HasSubstr("list of fitted tables"));
  EXPECT_THAT(refusal_of(with_times("[{size: 1 B, time: 2 us}, {size: 1 B, time: 3 us}]")),
              HasSubstr("sizes must ascend"));
  EXPECT_THAT(refusal_of(with_times("[{size: 1 B, time: 2 us}, {size: 2 B, time: 1 us}]")),
              HasSubstr("times must not fall"));
  EXPECT_THAT(refusal_of(with_times("[{size: 1 B, time: 0 us}]")), HasSubstr("more than zero"));
  EXPECT_THAT(refusal_of(with_times("[{size: 1 B, tine: 1 us}]")), HasSubstr("tine"));
  EXPECT_THAT(refusal_of(with_times("[{size: 1 B, time: 1 us}]")), IsEmpty());
}

TEST(ProfileFile, ReadsBackTheSameTimes) {
  const Profile written = profile_of(run_of(8, 2));
  const support::TemporaryFolder folder;
  write(folder.path() / "p.yaml", profile_text(written));
  const Profile read = read_profile_file(folder.path() / "p.yaml");
  ASSERT_EQ(read.tables.size(), 1U);
  EXPECT_EQ(read.tables[0].title(), written.tables[0].title());
  for (const Bytes size : {1_KiB, 3_KiB, 1_MiB, Bytes{77'777'777}}) {
    EXPECT_NEAR(read.tables[0].fit.curve.time_s(size), written.tables[0].fit.curve.time_s(size),
                1e-12);
  }
}

TEST(Profile, SaysWhatItHasWhereATableIsMissing) {
  const Profile profile = profile_of(run_of(8, 2));
  EXPECT_EQ(profile.table("all_reduce", 8, 1, "fp32").ranks, 8);
  EXPECT_EQ(profile.table("all_reduce", 8, 0, "").ranks, 8);
  try {
    static_cast<void>(profile.table("all_reduce", 16, 2, ""));
    FAIL() << "there is no such table";
  } catch (const RequestError& error) {
    EXPECT_THAT(error.what(), HasSubstr("it has: all_reduce on 8 ranks in 1 node"));
  }
}

TEST(Profile, ARunWithoutRanksAsksForThem) {
  try {
    profile_of(run_of(0, 2));
    FAIL() << "the ranks are not known";
  } catch (const RequestError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--ranks"));
  }
}

// The law of RankScaling itself: what it says is what comes back.
TEST(RankScaling, ExtrapolatesItsOwnLaw) {
  const RankScaling scaling("all_reduce", {2, measurements_of(run_of(2, 2))},
                            {4, measurements_of(run_of(4, 2))});
  EXPECT_NEAR(scaling.seconds_per_rank(), 2e-6, 4e-7);
  for (const Measurement& row : measurements_of(run_of(8, 2))) {
    EXPECT_NEAR(scaling.time_s(8, row.size), seconds(row.time), 0.03 * seconds(row.time));
  }
}

TEST(Validation, OfRanksTakesTheLargestFromTheOthers) {
  const auto validations = hold_out_ranks({run_of(8, 2), run_of(2, 2), run_of(4, 2)});
  ASSERT_EQ(validations.size(), 1U);
  EXPECT_THAT(validations[0].title, HasSubstr("on 8 ranks"));
  EXPECT_LT(summary_of(validations[0].rows).p95, 0.03);
  EXPECT_THAT(hold_out_ranks({run_of(2, 2), run_of(4, 2)}), IsEmpty());
}

TEST(Validation, SummariesAreOfTheErrors) {
  const std::vector<ValidationRow> rows{
      {Bytes{10}, 1.0, 1.1, 1.2}, {Bytes{20}, 1.0, 0.8, 1.2}, {Bytes{2000}, 2.0, 2.0, 1.2}};
  const ErrorSummary summary = summary_of(rows);
  EXPECT_NEAR(summary.median, 0.1, 1e-12);
  EXPECT_NEAR(summary.bias, 0.0, 1e-12);
  EXPECT_NEAR(summary.covered.value_or(0), 2.0 / 3, 1e-12);
  const auto decades = by_decade(rows);
  ASSERT_EQ(decades.size(), 2U);
  EXPECT_EQ(decades[0].from, Bytes{10});
  EXPECT_EQ(decades[0].errors.rows, 2U);
}

class FittedScenario : public testing::Test {
 protected:
  FittedScenario() { write(folder_.path() / "p.yaml", profile_text(profile_of(run_of(8, 2)))); }
  ScenarioSet read(const std::string& collective, const std::string& more = "profile: p.yaml\n") {
    write(folder_.path() / "s.yaml",
          "version: 1\ntopology: {kind: switch, ranks: 8, link: {bandwidth: 100 GB/s, "
          "latency: 1 us}}\n" +
              more + "collective: {" + collective + "}\n");
    return read_scenarios(read_yaml_file(folder_.path() / "s.yaml"));
  }

 private:
  support::TemporaryFolder folder_;
};

TEST_F(FittedScenario, TakesItsTimeFromTheCurve) {
  const ScenarioSet set = read("kind: all_reduce, algorithm: [profile, ring], size: [1 MiB, 1 B]");
  const SettledPoint done = settled(set.points[0]);
  const RegimeFit& fit = set.points[0].profile->table("all_reduce", 8, 0, "").fit;
  EXPECT_NEAR(seconds(done.result.time), fit.curve.time_s(1_MiB), 1e-12);
  EXPECT_EQ(done.result.messages, 0);
  EXPECT_GT(done.result.busbw, 0);
  ASSERT_TRUE(done.result.likely.has_value());
  EXPECT_LE(done.result.likely->least, done.result.time);
  EXPECT_EQ(network_name(set.points[0]), "profile");
  EXPECT_THAT(settled(set.points[2]).result.warnings, testing::SizeIs(1)) << "1 B is beyond";
}

TEST_F(FittedScenario, IsRefusedWithoutAProfileOrWithAnothersRanks) {
  const auto refusal = [&](const std::string& collective, const std::string& more) {
    try {
      read(collective, more);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string profiled = "kind: all_reduce, algorithm: profile, size: 1 MiB";
  EXPECT_THAT(refusal(profiled, ""), HasSubstr("the key 'profile' names"));
  EXPECT_THAT(refusal(profiled, "profile: q.yaml\n"), HasSubstr("q.yaml"));
  EXPECT_THAT(refusal("kind: all_gather, algorithm: profile, size: 1 MiB", "profile: p.yaml\n"),
              HasSubstr("no table of all_gather on 8 ranks; it has"));
}

TEST_F(FittedScenario, ValidatesEachOfItsAlgorithms) {
  const ScenarioSet set =
      read("kind: all_reduce, algorithm: [profile, ring], size: [1 MiB, 1 GiB]");
  const auto validations = validate_scenario(set, run_of(8, 2));
  ASSERT_EQ(validations.size(), 2U);
  EXPECT_LT(summary_of(validations[0].rows).p95, 1e-6);
  EXPECT_THROW(validate_scenario(set, run_of(4, 2)), RequestError);
}

}  // namespace
}  // namespace commsim::profile_test
