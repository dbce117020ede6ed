// The best algorithm by size and one more axis.
#include "sim/report/crossover_map.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "sim/report/nccl_tuner.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::crossover_map_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ScenarioSet read(const std::string& ranks, const std::string& collective,
                 const std::string& latency = "1 us") {
  return read_scenarios(
      read_yaml_text("version: 1\nname: example\ntopology: {kind: switch, ranks: " + ranks +
                         ", link: {bandwidth: 1 GB/s, latency: " + latency + "}}\n" +
                         "collective: {" + collective + "}\n",
                     "test.yaml"));
}

std::string refusal(const ScenarioSet& set) {
  try {
    const CrossoverMap map(set);
  } catch (const RequestError& error) {
    return error.what();
  }
  return "";
}

// Times that the test says, by algorithm and size.
template <typename Time>
CrossoverMap filled(const ScenarioSet& set, Time time) {
  CrossoverMap map(set);
  for (const ScenarioPoint& point : set.points) {
    map.add(point, time(point.algorithm, point.run.call.size));
  }
  return map;
}

constexpr const char* kTwo =
    "kind: all_reduce, algorithm: [double_binary_tree, ring], size: [1 KiB, 64 KiB, 1 MiB]";

// tree: 100 us and S / (1 byte/ns); ring: 200 us and S / (2 bytes/ns); they cross at 200 kB.
Duration cost(const std::string& algorithm, Bytes size) {
  const bool ring = algorithm == "ring";
  return (ring ? 200_usec : 100_usec) + Duration{(ring ? 500 : 1000) * size.count()};
}

TEST(CrossoverMap, NeedsSizesAndSomethingToCompare) {
  EXPECT_THAT(refusal(read("2", "kind: all_reduce, algorithm: all, size: 1 MiB")),
              HasSubstr("list of sizes"));
  EXPECT_THAT(refusal(read("2", "kind: all_reduce, algorithm: ring, size: [1 MiB, 2 MiB]")),
              HasSubstr("only 'ring'"));
  EXPECT_THAT(refusal(read("2", "kind: all_reduce, algorithm: [auto, ring], size: [1 B, 2 MiB]")),
              HasSubstr("auto"));
  EXPECT_THAT(refusal(read("[2, 4]", kTwo, "[1 us, 2 us]")),
              HasSubstr("'topology.ranks' and 'topology.link.latency'"));
  EXPECT_THAT(refusal(read("[2, 4]", kTwo)), IsEmpty());
}

TEST(CrossoverMap, HasAColumnForEachValueOfTheOtherAxis) {
  const CrossoverMap map(read("[2, 4]", kTwo));
  EXPECT_EQ(map.axis(), "topology.ranks");
  ASSERT_EQ(map.columns().size(), 2U);
  EXPECT_EQ(map.columns()[1].value, "4");
  EXPECT_EQ(map.columns()[1].ranks, 4);
  EXPECT_EQ(map.columns()[1].cells.size(), 3U);
}

TEST(CrossoverMap, ACellIsCompleteWithItsLastCandidateAndOrdersThem) {
  const ScenarioSet set = read("2", kTwo);
  CrossoverMap map(set);
  EXPECT_EQ(map.add(set.points[0], 5_usec).cell, nullptr);
  const auto [column, cell] = map.add(set.points[1], 3_usec);
  ASSERT_NE(cell, nullptr);
  EXPECT_EQ(column, &map.columns().front());
  EXPECT_EQ(cell->candidates[0].name, "ring");
  EXPECT_EQ(cell->candidates[1].name, "double_binary_tree");
}

TEST(CrossoverMap, ParametersThatAreSweptMakeCandidates) {
  const ScenarioSet set = read("4",
                               "kind: all_reduce, algorithm: ring, channels: [1, 2], "
                               "size: [1 KiB, 1 MiB]");
  const CrossoverMap map = filled(set, cost);
  const auto& cell = map.columns().front().cells.at(1_KiB);
  EXPECT_EQ(cell.candidates[0].name, "ring channels=1");
  EXPECT_EQ(cell.candidates[1].name, "ring channels=2");
}

TEST(CrossoverMap, TheChangeLiesWhereTheTimesCross) {
  const CrossoverMap map = filled(read("2", kTwo), cost);
  const auto found = ranges(map.columns().front());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].from, 1_KiB);
  EXPECT_EQ(found[0].name, "double_binary_tree");
  EXPECT_EQ(found[1].from, found[0].to + 1_B);
  EXPECT_EQ(found[1].to, 1_MiB);
  // 200 kB is exact; lines on logarithmic axes between 64 KiB and 1 MiB come near.
  EXPECT_NEAR(static_cast<double>(found[0].to.count()), 200e3, 40e3);
}

TEST(CrossoverMap, OfEqualsTheWinnerStays) {
  const CrossoverMap map = filled(read("2", kTwo), [](const std::string& algorithm, Bytes size) {
    return algorithm == "ring" || size == 1_MiB ? 1_usec : 2_usec;
  });
  const auto found = ranges(map.columns().front());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "ring");
}

TEST(CrossoverMap, RangesOfACellThatIsNotThereAreLeftOut) {
  const ScenarioSet set = read("2", kTwo);
  CrossoverMap map(set);
  for (std::size_t i = 0; i < 4; ++i) {
    const ScenarioPoint& point = set.points[i];
    map.add(point, cost(point.algorithm, point.run.call.size));
  }
  const auto found = ranges(map.columns().front());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].to, 64_KiB);
}

std::string tuner(const CrossoverMap& map) {
  std::ostringstream out;
  write_nccl_tuner(out, "a\nb", map);
  return out.str();
}

TEST(NcclTuner, RefusesWhatNcclHasNot) {
  ScenarioSet gather = read("2", "kind: gather, algorithm: direct, size: [1 KiB, 1 MiB]");
  EXPECT_THROW(keep_what_nccl_has(gather), RequestError);
  ScenarioSet chain = read("2", "kind: all_reduce, algorithm: chain, size: [1 KiB, 1 MiB]");
  EXPECT_THROW(keep_what_nccl_has(chain), RequestError);
}

TEST(NcclTuner, RefusesColumnsThatAreTheSameToNccl) {
  const CrossoverMap map(read("2", kTwo, "[1 us, 2 us]"));
  EXPECT_THROW(refuse_columns_that_nccl_confuses(map), RequestError);
}

TEST(NcclTuner, KeepsItsAlgorithmsOnly) {
  ScenarioSet set = read("4", "kind: all_reduce, algorithm: all, size: [1 KiB, 1 MiB]");
  keep_what_nccl_has(set);
  for (const ScenarioPoint& point : set.points) {
    EXPECT_TRUE(nccl_algorithm(CollectiveKind::kAllReduce, point.algorithm, 4)) << point.algorithm;
  }
  EXPECT_FALSE(set.points.empty());
}

TEST(NcclTuner, NamesAlgorithmsAsThePluginDoes) {
  using Kind = CollectiveKind;
  EXPECT_EQ(nccl_algorithm(Kind::kAllReduce, "double_binary_tree", 2), "tree");
  EXPECT_EQ(nccl_algorithm(Kind::kAllReduce, "nvls", 1), "nvls");
  EXPECT_EQ(nccl_algorithm(Kind::kAllReduce, "nvls", 2), "nvls_tree");
  EXPECT_EQ(nccl_algorithm(Kind::kBroadcast, "chain", 2), "ring");
  EXPECT_EQ(nccl_algorithm(Kind::kAllGather, "pat", 2), "pat");
  EXPECT_FALSE(nccl_algorithm(Kind::kAllReduce, "pat", 2));
  EXPECT_FALSE(nccl_algorithm(Kind::kAllToAll, "direct", 2));
}

TEST(NcclTuner, WritesALineForEachRange) {
  const CrossoverMap map = filled(read("2", kTwo), cost);
  const std::string last = std::to_string(ranges(map.columns().front())[0].to.count());
  const std::string next = std::to_string(ranges(map.columns().front())[1].from.count());
  EXPECT_EQ(tuner(map),
            "# commsim: a b\n"
            "# collective_type,min_bytes,max_bytes,algorithm,protocol,channels,nNodes,nRanks,"
            "numPipeOps,regBuff\n"
            "allreduce,1024," +
                last + ",tree,simple,-1,2,2,-1,-1\nallreduce," + next +
                ",1048576,ring,simple,-1,2,2,-1,-1\n");
}

TEST(NcclTuner, CandidatesThatDifferInParametersAreOne) {
  const ScenarioSet set = read("4",
                               "kind: all_reduce, algorithm: ring, channels: [1, 2], "
                               "size: [1 KiB, 1 MiB]");
  CrossoverMap map(set);
  for (const ScenarioPoint& point : set.points) {
    const bool two = point.run.call.channels == 2;
    map.add(point, (point.run.call.size == 1_KiB) == two ? 2_usec : 1_usec);
  }
  ASSERT_EQ(ranges(map.columns().front()).size(), 2U);
  EXPECT_THAT(tuner(map), HasSubstr("allreduce,1024,1048576,ring,"));
}

}  // namespace
}  // namespace commsim::crossover_map_test
