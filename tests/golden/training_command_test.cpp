// Training steps and plans as users run them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/command.hpp"

namespace commsim::support::training_command_test {
namespace {

constexpr const char* kStep = "scenarios/gpt3_1024_a100.yaml";
constexpr const char* kPlan = "scenarios/plans/bert_ten_nodes.yaml";

void expect_refused(const std::string& options, const std::string& why) {
  const CommandResult result = commsim("run " + std::string(kStep) + " " + options);
  EXPECT_EQ(result.exit_code, 2) << options;
  EXPECT_NE(result.err.find(why), std::string::npos) << result.err;
}

TEST(TrainingCommand, RefusesWhatCannotBe) {
  expect_refused("--set training.model=gtp3", "gpt3_175b");
  expect_refused("--set training.gpu=a100", "a100_80gb");
  expect_refused("--set training.parallel.tensor=7", "7");
  expect_refused("--set training.parallel.zero=3", "parameters");
  expect_refused("--set training.gpu=v100_16gb --set training.precision.compute=fp16", "GiB");
  expect_refused("--set training.global_batch=1000", "global");
  expect_refused("--set training.parallel.tenser=2", "tensor");
  expect_refused("--set training.overlap.bucket=25", "unit");
  expect_refused("--set training.jitter.spread=-1", "spread");
  expect_refused("--set 'training.algorithms={data: rign}'", "ring");
  expect_refused("--set training.algorithms=ring", "auto, physics");
  expect_refused("--set 'training.algorithms={data: foo}'", "halving_doubling");
  expect_refused("--set 'training.gpus=[{gpu: h100, count: 1024}]'", "in place of gpu");
  expect_refused("--set training.gpu=v100_32gb", "no products of bf16");
  expect_refused("--set training.parallel.micro_batches=most", "or balanced");
  expect_refused("--set 'training.jitter.slow_links={share: 0.1}'", "factor");
  expect_refused("--set training.efficiency.profile=nowhere.csv", "nowhere.csv");
  expect_refused("--svg x.svg", "--trace");
  expect_refused("--set training.overlap.first_bucket=1", "unit");
  expect_refused("scenarios/quickstart.yaml", "one run for each");
}

TEST(TrainingCommand, JsonAddsUpToTheStep) {
  const CommandResult result = commsim("run --format json " + std::string(kStep));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  const auto& step = json["results"][0];
  double sum = step["bubble_s"];
  for (const auto& [name, time] : step["spent_s"].items()) sum += time.get<double>();
  EXPECT_NEAR(sum, step["time_s"].get<double>(), 1e-9);
  double path = 0;
  for (const auto& [name, time] : step["critical_path_s"].items()) path += time.get<double>();
  EXPECT_NEAR(path, step["time_s"].get<double>(), 1e-9);
  EXPECT_EQ(step["gpus"], 1024);
}

TEST(TrainingCommand, JsonAndCsvSayWhatOfTheCommunicationIsExposed) {
  const CommandResult result = commsim("run --format json " + std::string(kStep));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto step = nlohmann::json::parse(result.out)["results"][0];
  double exposed = 0;
  double hidden = 0;
  for (const auto& [name, time] : step["exposed_s"].items()) {
    exposed += time.get<double>();
    hidden += step["hidden_s"].value(name, 0.0);
    EXPECT_EQ(time.get<double>(), step["spent_s"].value(name, 0.0)) << name;
  }
  EXPECT_GT(hidden, 0);
  EXPECT_NEAR(step["exposed_share"].get<double>(), exposed / (exposed + hidden), 1e-12);
  const CommandResult csv = commsim("run --format csv " + std::string(kStep));
  const std::string header = csv.out.substr(0, csv.out.find('\n'));
  EXPECT_NE(header.find(",exposed_s,exposed_share"), std::string::npos) << header;
}

// Half of the products' calls hide behind them, which is communication all the same.
TEST(TrainingCommand, WhatKernelsHideIsHidden) {
  const CommandResult result = commsim("run --format json " + std::string(kStep) +
                                       " --set training.overlap.tensor_hidden=0.5");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto step = nlohmann::json::parse(result.out)["results"][0];
  EXPECT_NEAR(step["hidden_s"]["tensor"].get<double>(), step["spent_s"]["tensor"].get<double>(),
              1e-7);
}

TEST(TrainingCommand, ATraceOfWhatHasNoTimelineIsRefusedBeforeAnythingIsSaid) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "step.json";
  for (const std::string scenario :
       {"scenarios/parameter_servers.yaml --set training.updates.mode=stale",
        "scenarios/parameter_servers.yaml --set 'training.updates={kind: local, steps: 4}' --set "
        "topology.hosts=0"}) {
    const CommandResult result = commsim("run " + scenario + " --trace '" + file.string() + "'");
    EXPECT_EQ(result.exit_code, 2) << scenario;
    EXPECT_EQ(result.out, "") << scenario;
    EXPECT_NE(result.err.find("updates.kind: all_reduce"), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(file));
  }
}

TEST(TrainingCommand, ATraceHoldsEveryStage) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "step.json";
  ASSERT_EQ(commsim("run " + std::string(kStep) + " --trace '" + file.string() + "'").exit_code, 0);
  const auto trace = nlohmann::json::parse(read_file(file));
  std::set<int> stages;
  for (const auto& event : trace["traceEvents"]) {
    if (event["ph"] == "X") stages.insert(event["pid"].get<int>());
  }
  EXPECT_EQ(stages.size(), 8U);
}

TEST(TrainingCommand, ASlowerNetworkIsNeverFaster) {
  const CommandResult result =
      commsim("run --format json " + std::string(kStep) +
              " --set 'topology.nic.bandwidth=[5 Gb/s, 20 Gb/s, 100 Gb/s, 400 Gb/s]'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  double before = 1e9;
  for (const auto& step : nlohmann::json::parse(result.out)["results"]) {
    EXPECT_LE(step["time_s"].get<double>(), before);
    before = step["time_s"];
  }
}

TEST(TrainingCommand, ExplainSaysWhatWouldHelp) {
  const CommandResult result = commsim("explain " + std::string(kStep));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("products of the GPU + 10 %"), std::string::npos);
}

TEST(TrainingCommand, ExplainSaysItToPrograms) {
  const std::string point = std::string(kStep) + " --set training.global_batch=384";
  const CommandResult result = commsim("explain --format json " + point);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto step = nlohmann::json::parse(result.out);
  const auto run = nlohmann::json::parse(commsim("run --format json " + point).out);
  for (const auto& [key, value] : run["results"][0].items()) EXPECT_EQ(step[key], value) << key;
  EXPECT_EQ(step["scenario"], run["scenario"]);
  EXPECT_GT(step["gpu_memory"].get<double>(), step["memory"]["total"].get<double>());
  EXPECT_EQ(step["efficiencies"][0]["gpu"], "a100_80gb");
  for (const auto& [medium, load] : step["links"].items()) {
    EXPECT_EQ(load["bytes"], step["link_bytes"][medium]);
  }
  double before = 0;
  ASSERT_GT(step["alternatives"].size(), 3U);
  for (const auto& other : step["alternatives"]) {
    const double time = other["time_s"];
    EXPECT_GE(time, before);
    EXPECT_NEAR(other["longer"].get<double>(), time / step["time_s"].get<double>() - 1, 1e-12);
    before = time;
  }
  EXPECT_EQ(step["alternatives"][0]["change"], "products of the GPU + 10 %");
}

TEST(PlanCommand, IsTheApprovedTable) {
  const CommandResult result = commsim("plan " + std::string(kPlan));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  const std::filesystem::path file =
      std::filesystem::path(COMMSIM_SOURCE_DIR) / "tests/golden/approved/plan_bert.txt";
  if (std::getenv("COMMSIM_APPROVE") != nullptr) std::ofstream(file) << result.out;
  EXPECT_EQ(result.out, read_file(file)) << "if this is meant: ./test.sh approve";
}

TEST(PlanCommand, PrintsTheSameBytesOnOneThreadAndOnFour) {
  const std::string line = "plan scenarios/plans/llama3_70b_256_h100.yaml --format json --jobs ";
  EXPECT_EQ(commsim(line + "1").out, commsim(line + "4").out);
}

TEST(PlanCommand, GoesOnFromItsFileWithTheSameTable) {
  const TemporaryFolder folder;
  const std::string line = "plan " + std::string(kPlan) + " --results '" +
                           (folder.path() / "bert.sqlite").string() + "'";
  const CommandResult first = commsim(line);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(commsim(line).out, first.out);
  EXPECT_EQ(commsim("plan " + std::string(kPlan)).out, first.out);
}

TEST(PlanCommand, AFileThatIsNoDatabaseIsTheMachinesFault) {
  EXPECT_EQ(commsim("plan " + std::string(kPlan) + " --results README.md").exit_code, 3);
  EXPECT_EQ(commsim("plan " + std::string(kPlan) + " --results /nowhere/x.sqlite").exit_code, 3);
}

TEST(PlanCommand, LimitsThatNothingKeepsExitWithOne) {
  const CommandResult result =
      commsim("plan " + std::string(kPlan) + " --set 'plan.limits.step=1 us'");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.out.find("no choice keeps the limits"), std::string::npos);
}

TEST(PlanCommand, RefusesCostsWithoutPricesAndDaysWithoutTokens) {
  for (const char* change :
       {"--set plan.prices=null", "--set plan.tokens=0 --set plan.limits.days=3",
        "--set plan.goal=best", "--set plan.prices.gpus=3"}) {
    const CommandResult result = commsim("plan " + std::string(kPlan) + " " + change);
    EXPECT_EQ(result.exit_code, 2) << change;
  }
  EXPECT_EQ(commsim("plan " + std::string(kStep)).exit_code, 2);
}

TEST(PlanCommand, AQuestionWithoutARangeIsRefusedAtItsPlace) {
  const CommandResult result =
      commsim("plan " + std::string(kPlan) +
              " --set plan.limits.step=1s --set 'plan.find={key: topology.nic.bandwidth, from: "
              "800 Gb/s, to: 100 Gb/s}'");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("plan.find.from"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("the least first"), std::string::npos) << result.err;
}

TEST(PlanCommand, ItsChoicesCanBeRunOnceOneIsLeft) {
  const std::string all = "scenarios/plans/bert_ten_nodes.yaml";
  const CommandResult several = commsim("run " + all);
  EXPECT_EQ(several.exit_code, 2);
  EXPECT_NE(several.err.find("is a plan with"), std::string::npos) << several.err;
  const std::string one = all + " --set 'topology.nic.bandwidth=25 Gb/s' --set compression=none";
  for (const std::string command : {"run ", "explain "}) {
    const CommandResult result = commsim(command + one);
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
}

TEST(PlanCommand, ChecksThatSomeChoiceCanBe) {
  const CommandResult result =
      commsim("check " + std::string(kPlan) + " --set training.parallel.data=7");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("no choice can be"), std::string::npos) << result.err;
}

TEST(PlanCommand, FindsTheLeastBandwidth) {
  const CommandResult result = commsim(
      "plan --format json " + std::string(kPlan) +
      " --set 'topology.nic.bandwidth=100 Gb/s' --set 'plan.limits.step=400 ms' --set "
      "'plan.find={key: topology.nic.bandwidth, from: 1 Gb/s, to: 200 Gb/s, wants: least}'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto answer = nlohmann::json::parse(result.out)["answer"];
  EXPECT_LE(answer["step_s"].get<double>(), 0.4);
  EXPECT_GT(answer["step_s"].get<double>(), 0.39);
}

}  // namespace
}  // namespace commsim::support::training_command_test
