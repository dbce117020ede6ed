#include "sim/workload/step/job_notes.hpp"

#include <gmock/gmock.h>

#include "tests/support/plans.hpp"

namespace commsim::support::job_notes_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> notes(std::vector<std::string> overrides,
                               const std::string& recompute = "selective") {
  overrides.push_back("training.recompute=" + recompute);
  const Plan plan = read_small_plan("  goal: time\n", overrides);
  return notes_on(plan.set.points.at(0).job);
}

TEST(JobNotes, TellOfGpusInServersOfAnotherGeneration) {
  EXPECT_THAT(notes({"topology.preset=dgx_h100"}),
              ElementsAre(HasSubstr("a100_80gb (ampere) computes in servers of the generation "
                                    "hopper")));
}

TEST(JobNotes, AreNoneWhereTheyFitOrNobodyKnows) {
  EXPECT_THAT(notes({"topology.preset=dgx_a100"}), IsEmpty());
  EXPECT_THAT(notes({"topology.preset=pcie_box"}), IsEmpty());
  EXPECT_THAT(notes({"topology.preset=dgx_h100", "training.gpu=h200"}), IsEmpty());
  EXPECT_THAT(notes({"topology.preset=dgx_h100", "training.gpu=mi300x"}), IsEmpty());
}

TEST(JobNotes, LookAtTheServerOfEachGpu) {
  const std::vector<std::string> islands = {
      "topology={kind: islands, islands: [{servers: 1, preset: dgx_a100}, {servers: 1, preset: "
      "dgx_h100}], fabric: rail_optimised}"};
  std::vector<std::string> right = islands;
  right.push_back(
      "training={model: bert_large, gpus: [{gpu: a100_80gb, count: 8}, {gpu: h100, count: 8}], "
      "global_batch: 64, micro_batch: 4, parallel: {tensor: 1}}");
  EXPECT_THAT(notes(right), IsEmpty());
  std::vector<std::string> swapped = islands;
  swapped.push_back(
      "training={model: bert_large, gpus: [{gpu: h100, count: 8}, {gpu: a100_80gb, count: 8}], "
      "global_batch: 64, micro_batch: 4, parallel: {tensor: 1}}");
  EXPECT_EQ(notes(swapped).size(), 2U);
}

TEST(JobNotes, TellOfStepsThatComeOutTooFast) {
  EXPECT_THAT(notes({"topology.preset=dgx_a100"}, "none"),
              ElementsAre(HasSubstr("8 to 19 % longer")));
  EXPECT_THAT(notes({"topology.preset=dgx_a100", "training.fused_attention=false"}, "none"),
              IsEmpty());
  EXPECT_THAT(notes({"topology.preset=dgx_h100", "training.gpu=h100"}, "none"), IsEmpty());
}

TEST(JobNotes, TellOfOverlapThatIsMissingOrCannotBe) {
  const std::vector<std::string> h100 = {
      "topology={kind: server_cluster, servers: 1, preset: dgx_h100}", "training.gpu=h100"};
  const auto with = [&](const std::string& parallel, const std::string& pieces) {
    std::vector<std::string> all = h100;
    all.push_back("training.parallel={tensor: 2, data: 4, " + parallel + "}");
    all.push_back("training.overlap.tensor_pieces=" + pieces);
    return notes(all);
  };
  EXPECT_THAT(with("sequence_parallel: true", "true"), IsEmpty());
  EXPECT_THAT(with("sequence_parallel: true", "false"),
              ElementsAre(HasSubstr("steps of H100 are calibrated with overlap.tensor_pieces")));
  EXPECT_THAT(with("sequence_parallel: false", "true"),
              ElementsAre(HasSubstr("hides nothing without parallel.sequence_parallel: true")));
  EXPECT_THAT(with("sequence_parallel: false", "false"), IsEmpty());
}

}  // namespace
}  // namespace commsim::support::job_notes_test
