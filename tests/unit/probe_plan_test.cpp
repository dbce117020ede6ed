// What the probe is asked for, and what it plans to do.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/nccl_choices.hpp"
#include "calibrate/probe/host/options.hpp"
#include "calibrate/probe/host/plan.hpp"
#include "calibrate/probe/host/program.hpp"
#include "calibrate/probe/host/suites.hpp"

namespace commsim::probe_plan_test {
namespace {

using namespace commsim::probe;
using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    parse_options(arguments);
  } catch (const UsageError& refused) {
    return refused.what();
  }
  return "accepted";
}

TEST(ProbeOptions, WhatCannotBeIsRefusedWithWhatIsLegal) {
  EXPECT_THAT(refusal({"--sweet"}), HasSubstr("no option '--sweet'; see --help"));
  EXPECT_THAT(refusal({"stray"}), HasSubstr("no option 'stray'"));
  EXPECT_THAT(refusal({"--out"}), HasSubstr("--out needs a value"));
  EXPECT_THAT(refusal({"--out", ""}), HasSubstr("empty"));
  EXPECT_THAT(refusal({"--suite", "ncll"}), HasSubstr("no suite 'ncll', but launch, copy"));
  EXPECT_THAT(refusal({"--min", "0"}), HasSubstr("'0' is no size"));
  EXPECT_THAT(refusal({"--min", "1M", "--max", "1K"}), HasSubstr("--min is more than --max"));
  EXPECT_THAT(refusal({"--repeats", "1"}), HasSubstr("not between 2 and"));
  EXPECT_THAT(refusal({"--seconds", "nan"}), HasSubstr("no number of seconds"));
  EXPECT_THAT(refusal({"--seconds", "-1"}), HasSubstr("no number of seconds"));
  EXPECT_THAT(refusal({"--ranks-per-gpu", "9"}), HasSubstr("not between 1 and 8"));
  EXPECT_THAT(refusal({"--child", "2/2"}), HasSubstr("not between 0 and 1"));
}

TEST(ProbeOptions, AllSuitesAreMeasuredUnlessSomeAreNamed) {
  EXPECT_EQ(parse_options({}).suites.size(), suites().size());
  EXPECT_THAT(parse_options({"--suite", "copy", "nccl", "--seed", "7"}).suites,
              ElementsAre("copy", "nccl"));
  EXPECT_EQ(parse_options({"--max", "64M"}).most, 67108864U);
}

TEST(ProbeOptions, TypesAndCollnetAreOnlyWhatIsAskedFor) {
  EXPECT_THAT(refusal({"--dtype", "int7"}), HasSubstr("no type 'int7', but float32, float16"));
  EXPECT_THAT(refusal({"--dtype"}), HasSubstr("--dtype needs a value"));
  EXPECT_THAT(parse_options({}).types, ElementsAre("float32"));
  EXPECT_FALSE(parse_options({}).collnet);
  const auto asked = parse_options({"--dtype", "float16", "float8_e5m2", "--collnet"});
  EXPECT_THAT(asked.types, ElementsAre("float16", "float8_e5m2"));
  EXPECT_TRUE(asked.collnet);
}

TEST(ProbeOptions, AProcessMeasuresAsItsParentWasTold) {
  const auto own = parse_options({"--repeats", "3", "--seconds", "0.25", "--seed", "7"});
  const auto child = parse_options(child_arguments(own, 1, 2));
  EXPECT_EQ(child.sampler.most_repeats, 3);
  EXPECT_EQ(child.sampler.least_repeats, 3);
  EXPECT_EQ(child.sampler.seconds, 0.25);
  EXPECT_EQ(child.seed, 7U);
  EXPECT_TRUE(child.child);
  EXPECT_EQ(child.rank, 1);
  EXPECT_EQ(child.ranks, 2);
}

Inventory server(int gpus) {
  Inventory inventory;
  inventory.gpus.assign(static_cast<std::size_t>(gpus), "a GPU");
  inventory.memory = std::uint64_t{80} << 30U;
  inventory.multiprocessors = 132;
  inventory.compute_capability = 90;
  inventory.nccl = nccl_version(2, 28, 9);
  inventory.cublas = true;
  return inventory;
}

TEST(ProbePlan, NothingToMeasureIsSaidWithWhatIsMissing) {
  const auto options = parse_options({"--suite", "peer"});
  const Inventory inventory = server(1);
  try {
    plan_of(options, inventory, extent_of(options, inventory));
    FAIL() << "planned";
  } catch (const std::runtime_error& fault) {
    EXPECT_THAT(fault.what(), HasSubstr("peer needs a second GPU"));
  }
}

TEST(ProbePlan, TheListSaysWhatEachSuiteLacks) {
  std::ostringstream out;
  print_suites(out, {});
  EXPECT_THAT(out.str(), HasSubstr("nccl: "));
  EXPECT_THAT(out.str(), HasSubstr("(needs NCCL, which was not there when it was built)"));
  EXPECT_THAT(out.str(), HasSubstr("(needs a second GPU)"));
}

TEST(ProbePlan, ATypeThatCannotBeReducedHereIsRefused) {
  const auto fault = [](const Inventory& inventory, const std::vector<std::string>& arguments) {
    try {
      extent_of(parse_options(arguments), inventory);
    } catch (const std::runtime_error& refused) {
      return std::string(refused.what());
    }
    return std::string("accepted");
  };
  Inventory old = server(8);
  old.nccl = nccl_version(2, 23, 4);
  EXPECT_THAT(fault(old, {"--dtype", "float8_e4m3"}), HasSubstr("float8_e4m3 need NCCL 2.24"));
  Inventory ampere = server(8);
  ampere.compute_capability = 80;
  EXPECT_THAT(fault(ampere, {"--dtype", "float8_e5m2"}), HasSubstr("compute capability 9.0"));
  EXPECT_EQ(fault(ampere, {"--dtype", "bfloat16", "float16"}), "accepted");
  EXPECT_EQ(fault(old, {"--dtype", "float8_e4m3", "--suite", "copy"}), "accepted");
  EXPECT_EQ(fault(server(8), {"--dtype", "float8_e4m3"}), "accepted");
}

TEST(ProbePlan, EveryTypeIsMeasuredAtWholeSizes) {
  Extent extent{1, 1024, 8, 1, {"float32", "float8_e4m3"}, false};
  const auto plan = make_plan(server(8), extent, {"nccl"});
  std::set<std::string> types;
  for (const Batch& batch : plan) {
    for (const Case& which : batch.cases) {
      types.insert(which.dtype);
      EXPECT_EQ(which.size % element_bytes(which.dtype), 0U) << key(which);
    }
  }
  EXPECT_THAT(types, ElementsAre("float32", "float8_e4m3"));
}

TEST(ProbePlan, CollnetIsForcedOnlyWhereItWasAskedFor) {
  for (const bool asked : {false, true}) {
    const auto plan = make_plan(server(8), {8, 64, 8, 1, {"float32"}, asked}, {"nccl"});
    int collnet = 0;
    for (const Batch& batch : plan) {
      const Environment& environment = batch.processes.front();
      const auto found = environment.find("NCCL_ALGO");
      const bool is = found != environment.end() && found->second.rfind("Collnet", 0) == 0;
      collnet += is ? 1 : 0;
      EXPECT_EQ(environment.count("NCCL_COLLNET_ENABLE"), is ? 1U : 0U);
    }
    EXPECT_EQ(collnet, asked ? 4 : 0);
  }
}

TEST(ProbePlan, BesideACopyMatricesAreMultipliedWithOrWithoutCublas) {
  const auto types = [](bool cublas) {
    Inventory inventory = server(1);
    inventory.cublas = cublas;
    std::set<std::string> found;
    for (const Batch& batch : make_plan(inventory, {}, {"overlap"})) {
      for (const Case& which : batch.cases) found.insert(which.operation + ' ' + which.dtype);
    }
    return found;
  };
  EXPECT_THAT(types(false), ElementsAre("compute_beside_copy float32", "gemm_beside_copy float32"));
  EXPECT_THAT(types(true), ElementsAre("compute_beside_copy float32", "gemm_beside_copy bfloat16",
                                       "gemm_beside_copy float32"));
}

TEST(ProbePlan, NoCaseStandsTwice) {
  const auto plan =
      make_plan(server(8), {8, std::uint64_t{8} << 30U, 8, 1}, parse_options({}).suites);
  std::set<std::string> keys;
  for (const Batch& batch : plan) {
    for (const Case& which : batch.cases) {
      EXPECT_TRUE(keys.insert(key(which)).second) << key(which);
    }
  }
  EXPECT_EQ(keys.size(), count_cases(plan));
}

TEST(ProbePlan, OfCollectivesTheOwnChoiceComesFirstAndForcedOnesInProcessesOfTheirOwn) {
  const auto plan = make_plan(server(8), {8, 1024, 8, 1}, {"nccl"});
  ASSERT_GT(plan.size(), 9U);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    ASSERT_EQ(plan[i].processes.size(), 1U);
    const Environment& environment = plan[i].processes.front();
    EXPECT_EQ(environment.count("NCCL_ALGO"), i < 9 ? 0U : 1U);
    for (const Case& which : plan[i].cases) {
      EXPECT_EQ(which.operation, plan[i].cases.front().operation);
      if (i >= 9) {
        EXPECT_EQ(which.algorithm, environment.at("NCCL_ALGO"));
      }
    }
  }
}

TEST(ProbePlan, RanksThatShareAGpuHaveAProcessEach) {
  const auto plan = make_plan(server(1), {8, 1024, 2, 2}, {"nccl"});
  ASSERT_EQ(plan.front().processes.size(), 2U);
  EXPECT_NE(plan.front().processes[0].at("NCCL_HOSTID"),
            plan.front().processes[1].at("NCCL_HOSTID"));
}

TEST(ProbePlan, BothBuffersOfEveryRankFitIntoTheGpu) {
  for (const int sharing : {1, 2, 8}) {
    const auto plan =
        make_plan(server(1), {8, std::uint64_t{1} << 40U, sharing, sharing}, {"nccl"});
    std::uint64_t most = 0;
    for (const Case& which : plan.front().cases) most = std::max(most, which.size);
    EXPECT_LT(2 * most * static_cast<std::uint64_t>(sharing), server(1).memory);
  }
}

TEST(ProbePlan, MatricesHaveTheSizeThatTheirSideGives) {
  EXPECT_EQ(gemm_size(1024, 2), 3U * 1024 * 1024 * 2);
  for (const std::uint64_t side : {256U, 4096U, 16384U}) {
    EXPECT_EQ(gemm_side(gemm_size(side, 4), 4), side);
  }
  EXPECT_THROW(element_bytes("int7"), std::invalid_argument);
}

TEST(ProbeTimeLeft, ItIsGuessedBeforeTheFirstCaseAndThenByThePace) {
  const TimeLeft left(100, 2);
  EXPECT_EQ(left.after(0, 5), 200);
  EXPECT_EQ(left.after(25, 10), 30);  // 0.4 s a case, 75 cases
  EXPECT_EQ(left.after(100, 40), 0);
}

}  // namespace
}  // namespace commsim::probe_plan_test
