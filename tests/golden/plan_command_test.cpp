// Plans with alternatives, limits on memory and purchases, and mistakes in them, as users run them.
#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/command.hpp"

namespace commsim::support::plan_command_test {
namespace {

using testing::HasSubstr;

constexpr const char* kAlternatives = "scenarios/plans/h100_or_a100.yaml";
constexpr const char* kBert = "scenarios/plans/bert_ten_nodes.yaml";
// Fewer choices, for tests that need not have all.
constexpr const char* kFew = " --set training.recompute=selective --set training.micro_batch=1";

nlohmann::json planned(const std::string& line) {
  const CommandResult result = commsim("plan --format json " + line);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return nlohmann::json::parse(result.out);
}

void expect_refused(const std::string& line, const std::string& why) {
  const CommandResult result = commsim("plan " + line);
  EXPECT_EQ(result.exit_code, 2) << line;
  EXPECT_EQ(result.out, "") << line;
  EXPECT_THAT(result.err, HasSubstr(why)) << line;
}

TEST(PlanCommand, RefusesAlternativesThatAreNone) {
  const std::string plan = kAlternatives;
  expect_refused(plan + " --set plan.alternative=v100", "legal: h100, a100");
  expect_refused(plan + " --set plan.alternatives.a100.topology.preset=dgx",
                 "topology.preset: unknown server preset 'dgx'");
  expect_refused(plan + " --set plan.alternatives.a100.topology.preset=dgx", "(alternative a100)");
  expect_refused(std::string(kBert) + " --set plan.alternative=v100", "there are none");
  expect_refused(plan + " --set plan.alternatives.h10.topology.servers=4", "did you mean 'h100'?");
  expect_refused(plan +
                     " --set 'plan.find={key: plan.alternatives.a10.topology.servers, from: 1, "
                     "to: 4}'",
                 "plan.find.key: plan.alternatives.a10");
  expect_refused(std::string(kBert) + " --set plan.alternatives.foo.topology.servers=4",
                 "the file has no alternatives");
}

TEST(PlanCommand, RefusesLimitsThatAreNone) {
  expect_refused(std::string(kBert) + " --set plan.limits.memory=2", "as 0.9 and 90 % are");
  expect_refused(std::string(kBert) + " --set plan.limits.purchase=-1", "above 0");
  expect_refused(std::string(kBert) + " --set 'plan.prices.gpu=[1, 2]'", "plan.prices.gpu");
}

TEST(PlanCommand, AQuestionAboutNoKeyIsRefusedAtItsPlaceBeforeTheSearch) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "plan.yaml").string();
  std::ofstream(file) << read_file(std::filesystem::path(COMMSIM_SOURCE_DIR) / kBert)
                      << "  limits: {step: 1 s}\n"
                         "  find: {key: topology.nic.bandwith, from: 1 Gb/s, to: 9 Gb/s}\n";
  for (const std::string command : {"plan ", "check "}) {
    const CommandResult result = commsim(command + file);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr(file + ":28:15: error: plan.find.key: "
                                             "topology.nic.bandwith: unknown key 'bandwith'"));
    EXPECT_THAT(result.err, HasSubstr("did you mean 'bandwidth'"));
  }
}

TEST(PlanCommand, IsTheApprovedTableOfAlternatives) {
  const CommandResult result = commsim("plan " + std::string(kAlternatives));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  const std::filesystem::path file =
      std::filesystem::path(COMMSIM_SOURCE_DIR) / "tests/golden/approved/plan_h100_or_a100.txt";
  if (std::getenv("COMMSIM_APPROVE") != nullptr) std::ofstream(file) << result.out;
  EXPECT_EQ(result.out, read_file(file)) << "if this is meant: ./test.sh approve";
}

TEST(PlanCommand, GoesOnFromItsFileWithAlternatives) {
  const TemporaryFolder folder;
  const std::string line = std::string("plan ") + kAlternatives + kFew;
  const std::string kept = line + " --results '" + (folder.path() / "plan.sqlite").string() + "'";
  const CommandResult first = commsim(kept);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(commsim(kept).out, first.out);
  EXPECT_EQ(commsim(line).out, first.out);
  // The same choices of one of them are another plan.
  EXPECT_EQ(commsim(kept + " --set plan.alternative=a100").exit_code, 2);
}

TEST(PlanCommand, TheBestChoiceCanBeRunByItsKeys) {
  const auto best = planned(std::string(kAlternatives) + kFew)["ranked"][0];
  std::string line = std::string("run --format json ") + kAlternatives + kFew;
  for (const auto& [path, value] : best["choices"].items()) {
    line += " --set '" + path + "=" + value.get<std::string>() + "'";
  }
  EXPECT_THAT(line, HasSubstr("plan.alternative="));
  const CommandResult run = commsim(line);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto step = nlohmann::json::parse(run.out)["results"][0];
  EXPECT_EQ(step["time_s"], best["step_s"]);
}

TEST(PlanCommand, OtherCommandsKnowAlternatives) {
  const CommandResult several = commsim(std::string("run ") + kAlternatives);
  EXPECT_EQ(several.exit_code, 2);
  EXPECT_THAT(several.err, HasSubstr("plan.alternative=NAME"));
  const CommandResult check = commsim(std::string("check ") + kAlternatives);
  EXPECT_EQ(check.exit_code, 0);
  EXPECT_THAT(check.out, HasSubstr("choices on 2 topologies"));
  const CommandResult both = commsim(std::string("topo ") + kAlternatives);
  EXPECT_EQ(both.exit_code, 0) << both.err;
  const CommandResult one =
      commsim(std::string("topo ") + kAlternatives + " --set plan.alternative=h100");
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_THAT(both.out, HasSubstr(one.out));
  EXPECT_GT(both.out.size(), one.out.size());
}

TEST(PlanCommand, OneQuestionIsAboutAllAlternatives) {
  const auto answer = planned(
      std::string(kAlternatives) + kFew +
      " --set plan.limits.days=60 --set 'plan.find={key: topology.servers, from: 1, to: 8}'")
      ["answer"];
  EXPECT_EQ(answer["choices"]["plan.alternative"], "h100");
  EXPECT_GT(std::stoi(answer["value"].get<std::string>()), 1);
}

TEST(PlanCommand, AFractionOfAServerIsNoEndOfARange) {
  expect_refused(std::string(kAlternatives) + kFew +
                     " --set 'plan.find={key: topology.servers, from: 1.5, to: 8}'",
                 "'1.5' is not a whole number");
}

TEST(PlanCommand, SaysThatNothingIsLeftOfAnAlternative) {
  const CommandResult result =
      commsim(std::string("plan ") + kAlternatives + kFew +
              " --set plan.alternatives.a100.plan.limits.price_per_hour=100");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("of alternative a100 no choice is left"));
  EXPECT_THAT(result.out, HasSubstr("more than 100 an hour"));
}

TEST(PlanCommand, TellsWhatIsToBeBought) {
  const auto plan = planned(std::string(kBert) + " --set plan.limits.purchase=1.045e6");
  // 80 GPUs, ten servers, and a cable of each NIC.
  EXPECT_EQ(plan["ranked"][0]["purchase"].get<double>(), 80 * 8000 + 10 * 40000 + 10 * 25 * 10);
  EXPECT_EQ(plan["refused"]["more than 1.045e+06 to buy"], 4);
}

TEST(PlanCommand, NotesGpusInServersOfAnotherGeneration) {
  const std::string line = std::string(kAlternatives) + kFew +
                           " --set training.gpu=h200 --set plan.alternative=a100" +
                           " --set training.overlap.tensor_pieces=true";
  EXPECT_THAT(commsim("plan " + line).out, HasSubstr("note: h200 (hopper) computes in servers"));
  EXPECT_EQ(planned(line)["warnings"].size(), 1U);
  EXPECT_EQ(planned(std::string(kAlternatives) + kFew)["warnings"].size(), 0U);
}

}  // namespace
}  // namespace commsim::support::plan_command_test
