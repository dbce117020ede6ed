// `algorithm: auto` and `all` in a scenario.
#include <gmock/gmock.h>

#include <map>

#include "core/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/sweep_runner.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::automatic_algorithm_test {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Pair;

ScenarioSet read(const std::string& ranks, const std::string& collective) {
  return read_scenarios(read_yaml_text("version: 1\ntopology: {kind: switch, ranks: " + ranks +
                                           ", link: {bandwidth: 1 GB/s, latency: 1 us}}\n" +
                                           "collective: {kind: all_reduce, " + collective + "}\n",
                                       "test.yaml"));
}

TEST(Auto, IsRefusedWhereNothingAccepts) {
  EXPECT_THROW(
      read("6", "algorithm: auto, candidates: [halving_doubling], size: 1 MiB, chunk: 3 B"),
      ConfigError);
  EXPECT_THROW(read("2", "algorithm: auto, size: 1 MiB, chanels: 2"), ConfigError);
  EXPECT_THROW(read("2", "algorithm: auto, candidates: [rnig], size: 1 MiB"), ConfigError);
  EXPECT_THROW(read("2", "algorithm: auto, candidates: [], size: 1 MiB"), ConfigError);
  EXPECT_THROW(read("2", "algorithm: ring, candidates: [ring], size: 1 MiB"), ConfigError);
}

TEST(All, IsRefusedInAListAndWhereNothingAccepts) {
  EXPECT_THROW(read("2", "algorithm: [all, ring], size: 1 MiB"), ConfigError);
  EXPECT_THROW(read("2", "algorithm: [ring, all], size: 1 MiB"), ConfigError);
  EXPECT_THROW(read("6", "algorithm: all, candidates: [swing], size: 1 MiB, sides: [7]"),
               ConfigError);
}

TEST(Auto, ChoosesAtEachPointAndOnEveryNumberOfThreads) {
  const ScenarioSet set = read("[4, 6]", "algorithm: auto, size: [8 B, 64 MiB], channels: 2");
  ASSERT_EQ(set.points.size(), 4U);
  std::vector<std::string> first;
  for (const unsigned jobs : {1U, 3U}) {
    std::vector<std::string> chosen;
    const SweepRunner runner{.jobs = jobs};
    runner.run(set, [&](const ScenarioPoint& point, const CollectiveResult& result) {
      chosen.push_back(point.algorithm);
      EXPECT_EQ(point.requested, "auto");
      ASSERT_TRUE(point.choice.has_value());
      EXPECT_EQ(point.choice->candidates.front().time, result.time);
      EXPECT_EQ(point.choice->candidates.front().change, point.algorithm);
      EXPECT_EQ(run_collective(point.run).time, result.time);
    });
    if (first.empty()) first = chosen;
    EXPECT_EQ(chosen, first);
  }
  EXPECT_EQ(first.size(), 4U);
}

TEST(Auto, StandsInAListBesideNames) {
  const ScenarioSet set = read("4", "algorithm: [auto, ring], size: 1 MiB");
  ASSERT_EQ(set.points.size(), 2U);
  EXPECT_EQ(set.points[1].algorithm, "ring");
  const SettledPoint best = settled(set.points[0]);
  EXPECT_LE(best.result.time, settled(set.points[1]).result.time);
  EXPECT_THAT(best.point.choices, ElementsAre(Pair("collective.algorithm", "auto")));
}

TEST(Auto, ChoosesAmongTheCandidatesOnly) {
  const ScenarioSet set =
      read("4", "algorithm: auto, candidates: [ring, binomial_tree, ring], size: 64 MiB");
  const SettledPoint best = settled(set.points.front());
  EXPECT_EQ(best.point.algorithm, "ring");
  EXPECT_EQ(best.point.choice->candidates.size(), 2U);
}

TEST(Auto, IsComparedWithAMeasurementOnlyIfItChoseWhatWasMeasured) {
  const auto like = [](const std::string& algorithm) {
    const ScenarioSet set = read_scenarios(
        read_yaml_text("version: 1\ntopology: {kind: switch, ranks: 4, link: {bandwidth: 1 GB/s}}\n"
                       "collective: {kind: all_reduce, algorithm: auto, candidates: [ring], "
                       "size: 8 B}\nmeasured: {file: " COMMSIM_SOURCE_DIR
                       "/scenarios/measured/dgx_a100_2x8_all_reduce.csv, algorithm: " +
                           algorithm + "}\n",
                       "test.yaml"));
    return settled(set.points.front()).point.like_measured;
  };
  EXPECT_TRUE(like("ring"));
  EXPECT_FALSE(like("binomial_tree"));
}

TEST(All, SweepsOverWhatAcceptsAndNamesTheRest) {
  const ScenarioSet set = read("6", "algorithm: all, size: 1 MiB, sides: [7]");
  EXPECT_THAT(set.points, Each(Field(&ScenarioPoint::requested, "all")));
  EXPECT_THAT(set.points, Contains(Field(&ScenarioPoint::algorithm, "ring")));
  EXPECT_THAT(set.skipped, Contains(Field(&RefusedAlgorithm::algorithm, "torus")));
  const auto names = candidates(CollectiveKind::kAllReduce, false);
  EXPECT_EQ(set.points.size() + set.skipped.size(), names.size());
}

TEST(All, DependsOnThePointOfTheSweep) {
  const ScenarioSet set =
      read("[4, 6]", "algorithm: all, candidates: [ring, swing], size: [1 KiB, 1 MiB], sides: [4]");
  std::map<std::string, int> points;
  for (const ScenarioPoint& point : set.points) ++points[point.algorithm];
  EXPECT_THAT(points, ElementsAre(Pair("ring", 4), Pair("swing", 2)));
  // The same reason at both sizes is said once.
  EXPECT_THAT(set.skipped, ElementsAre(Field(&RefusedAlgorithm::algorithm, "swing")));
}

TEST(All, LetsTheParametersOfOneAlgorithmSweep) {
  const ScenarioSet set =
      read("4", "algorithm: all, candidates: [ring, binomial_tree], size: 1 MiB, channels: [1, 2]");
  EXPECT_EQ(set.points.size(), 3U);
}

}  // namespace
}  // namespace commsim::automatic_algorithm_test
