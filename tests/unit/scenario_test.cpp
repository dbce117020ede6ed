// A file as typed values, and its sweep.
#include "sim/scenario/scenario.hpp"

#include <gmock/gmock.h>

#include "core/diagnostics.hpp"
#include "sim/scenario/sweep_runner.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::scenario_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

ScenarioSet read(const std::string& text) {
  return read_scenarios(read_yaml_text(text, "test.yaml"));
}

constexpr const char* kSweep = R"(
version: 1
topology: {kind: switch, ranks: [2, 4], link: {bandwidth: 1 GB/s, latency: [1 us, 2 us]}}
collective: {kind: all_reduce, algorithm: [ring, hierarchical], outer: [ring, binomial_tree], size: 1 MB}
)";

TEST(Scenario, ListsInAnySectionMultiply) {
  const ScenarioSet set = read(kSweep);
  // `outer` is an axis of hierarchical alone: (1 + 2) * 4.
  ASSERT_EQ(set.points.size(), 12U);
  EXPECT_THAT(set.points.front().choices,
              ElementsAre(Pair("topology.ranks", "2"), Pair("topology.link.latency", "1 us"),
                          Pair("collective.algorithm", "ring")));
  EXPECT_THAT(set.points.back().choices,
              ElementsAre(Pair("topology.ranks", "4"), Pair("topology.link.latency", "2 us"),
                          Pair("collective.algorithm", "hierarchical"),
                          Pair("collective.outer", "binomial_tree")));
}

TEST(Scenario, PointsShareTheTopologiesThatTheyHaveInCommon) {
  EXPECT_EQ(read(kSweep).clusters.size(), 4U);
}

TEST(Scenario, NamesItselfAfterItsFile) { EXPECT_EQ(read(kSweep).name, "test.yaml"); }

TEST(Scenario, ReportsAllMistakesAtOnce) {
  try {
    read(R"(
version: 1
topology: {kind: switch, ranks: 0, link: {bandwidth: 1 GB}}
network: {model: fair_shear}
collective: {kind: all_reduce, algorithm: rnig, size: 1}
)");
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.diagnostics().size(), 5U) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'fair_share'?"));
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'ring'?"));
    EXPECT_THAT(error.what(), HasSubstr("test.yaml:3:"));
  }
}

// A billion points, each of them wrong: whoever reads them all does not come back.
TEST(Scenario, OneMistakeInAHugeSweepIsReportedAtOnce) {
  const auto list = [](const std::string& unit) {
    std::string items;
    for (int i = 1; i <= 1000; ++i) items += (i > 1 ? ", " : "") + std::to_string(i) + unit;
    return "[" + items + "]";
  };
  EXPECT_THROW(read("version: 1\n"
                    "topology: {kind: switch, ranks: 2, link: {bandwidth: 1 GB/s}}\n"
                    "network: {seed: " +
                    list("") + "}\ncollective: {kind: all_reduce, algorithm: ring, size: " +
                    list(" B") + ", channels: 9}\nexpect: {time_at_most: " + list(" us") + "}\n"),
               ConfigError);
}

TEST(Scenario, MeasurementsOfSomethingElseAreNotComparedWith) {
  const auto compared = [](const std::string& what) {
    return read(
               "version: 1\ntopology: {kind: switch, ranks: 2, link: {bandwidth: 1 GB/s}}\n"
               "collective: {kind: all_reduce, algorithm: ring, size: 8 B}\n"
               "measured: {file: " COMMSIM_SOURCE_DIR
               "/scenarios/measured/dgx_a100_2x8_all_reduce.csv, " +
               what + "}\n")
        .points.front()
        .like_measured;
  };
  EXPECT_TRUE(compared("algorithm: ring, collective: all_reduce, ranks: 2"));
  EXPECT_FALSE(compared("algorithm: hierarchical"));
  EXPECT_FALSE(compared("ranks: 16"));
  EXPECT_FALSE(compared("collective: all_gather"));
  EXPECT_THROW(compared("algorithm: rnig"), ConfigError);
  EXPECT_THROW(compared("collective: all_redcue"), ConfigError);
}

TEST(SweepRunner, HandsResultsOverInOrderWhateverTheThreads) {
  const ScenarioSet set = read(kSweep);
  for (const unsigned jobs : {1U, 2U, 7U}) {
    std::vector<const ScenarioPoint*> seen;
    std::size_t reported = 0;
    const SweepRunner runner{.jobs = jobs,
                             .progress = [&](std::size_t done, std::size_t) { reported = done; }};
    runner.run(
        set, [&](const ScenarioPoint& point, const CollectiveResult&) { seen.push_back(&point); });
    ASSERT_EQ(seen.size(), set.points.size());
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], &set.points[i]);
    EXPECT_EQ(reported, set.points.size());
  }
}

TEST(SweepRunner, AFailureComesOutInItsTurn) {
  ScenarioSet set = read(kSweep);
  const NetworkModel broken{.name = "broken",
                            .simulate = [](const SimulationInput&) -> SimulationOutcome {
                              throw RequestError("on purpose");
                            }};
  set.points[3].run.network = &broken;
  int rows = 0;
  const auto count = [&](const ScenarioPoint&, const CollectiveResult&) { ++rows; };
  EXPECT_THROW((SweepRunner{.jobs = 2}.run(set, count)), RequestError);
  EXPECT_EQ(rows, 3);
}

}  // namespace
}  // namespace commsim::scenario_test
