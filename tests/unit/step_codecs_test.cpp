// Codecs on the calls of a training step, from YAML to bytes on links.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "sim/scenario/training_set.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim::step_codecs_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// A small model on sixteen GPUs of two servers.
TrainingSet read(const std::vector<std::string>& overrides) {
  ConfigDocument document = read_yaml_text(
      "version: 1\n"
      "topology: {kind: server_cluster, preset: dgx_a100, servers: 2, fabric: rail_optimised}\n"
      "training:\n"
      "  model: {layers: 8, hidden: 1024, heads: 16, feed_forward: 4096, sequence: 512,\n"
      "          vocabulary: 32000, experts: {count: 8, active: 2, width: 2048}}\n"
      "  gpu: a100_80gb\n"
      "  global_batch: 32\n"
      "  parallel: {}\n",
      "step_codecs.yaml");
  for (const std::string& text : overrides) apply_override(document, text);
  return read_training(document);
}

Bytes sent(const TrainingSet& set) {
  Bytes all{0};
  const TrainingResult result = run_training(set.points.at(0).job, *set.prices);
  for (const MediumLoad& load : result.media) all += load.bytes;
  return all;
}

std::int64_t bytes_of(const std::vector<std::string>& overrides, const std::string& codec) {
  std::vector<std::string> all = overrides;
  if (!codec.empty()) all.push_back(codec);
  return sent(read(all)).count();
}

struct Division {
  std::string data;
  std::vector<std::string> overrides;
};

class StepCodecs : public testing::TestWithParam<Division> {};

// One byte for each number in place of two or four.
TEST_P(StepCodecs, EncodeWhatTheyAreToldTo) {
  const Division& division = GetParam();
  const std::int64_t plain = bytes_of(division.overrides, "");
  const std::string codec = "training.compression." + division.data + "=fp8_e4m3";
  const std::int64_t coded = bytes_of(division.overrides, codec);
  EXPECT_LT(coded, plain);
  const TrainingSet set = read(division.overrides);
  const TrainingResult result = run_training(set.points.at(0).job, *set.prices);
  EXPECT_THAT(result.calls, testing::Contains(testing::Truly([&](const CallSummary& call) {
                const std::string_view name = to_text(call.item.traffic);
                return name == (division.data == "parameters" ? "data" : division.data);
              })));
}

INSTANTIATE_TEST_SUITE_P(
    OfEachKind, StepCodecs,
    testing::Values(
        Division{"parameters", {"training.parallel.zero=parameters"}},
        Division{"parameters", {"training.parallel.zero=optimizer"}},
        Division{"tensor", {"training.parallel.tensor=8"}},
        Division{"vocabulary", {"training.parallel.tensor=8"}},
        Division{"norms", {"training.parallel.tensor=8"}},
        Division{"pipeline", {"training.parallel.pipeline=8"}},
        Division{"embedding", {"training.parallel.pipeline=8"}},
        Division{"context", {"training.parallel.context=2"}},
        Division{"context",
                 {"training.parallel.context=2", "training.parallel.context_method=all_gather"}},
        Division{"context",
                 {"training.parallel.context=2", "training.parallel.context_method=all_to_all"}},
        Division{"expert", {"training.parallel.expert=8"}}),
    [](const testing::TestParamInfo<Division>& tested) {
      return tested.param.data + std::to_string(tested.index);
    });

TEST(StepCodecsOfGradients, ShareInWhatZeroScatters) {
  const std::vector<std::string> zero = {"training.parallel.zero=gradients"};
  EXPECT_LT(bytes_of(zero, "compression=fp8_e4m3"), bytes_of(zero, ""));
}

TEST(StepCodecsOfPipelines, HalveActivationsOfTwoBytes) {
  // Nothing but messages between two stages, and the gradients of the tied matrix.
  const std::vector<std::string> two = {
      "topology.servers=1", "training.parallel.data=1", "training.parallel.tensor=1",
      "training.parallel.pipeline=8", "training.model.tied_embeddings=false"};
  const std::int64_t plain = bytes_of(two, "");
  const std::int64_t coded = bytes_of(two, "training.compression.pipeline=fp8_e4m3");
  EXPECT_NEAR(static_cast<double>(coded), static_cast<double>(plain) / 2,
              1e-3 * static_cast<double>(plain));
}

TEST(StepCodecsOfGradients, AreToldHowManyReplicasSum) {
  // Sixteen ranks of 8 bits; two replicas need but one more than a number has.
  const std::string shared = "compression=int8_shared";
  const auto error = [&](const std::string& tensor) {
    const TrainingSet set = read({shared, "training.parallel.tensor=" + tensor});
    return set.points.at(0).job.choices.codecs.traffic.at(Traffic::kData)->error;
  };
  EXPECT_LT(error("8"), error("1"));
}

TEST(StepCodecsOfCallsThatAreNotMade, AreNotInUse) {
  for (const char* data : {"parameters", "tensor", "pipeline", "context", "expert"}) {
    const TrainingSet set = read({std::string("training.compression.") + data + "=int8"});
    EXPECT_FALSE(set.points.at(0).job.choices.codecs.any()) << data;
  }
}

TEST(StepCodecsOfNothing, ChangeNothing) {
  const std::vector<std::string> tensor = {"training.parallel.tensor=8"};
  EXPECT_EQ(bytes_of(tensor, "training.compression.tensor=none"), bytes_of(tensor, ""));
}

TEST(StepCodecsSection, NamesWhatIsLegal) {
  EXPECT_THAT([] { read({"training.compression.tenser=int8"}); },
              ThrowsMessage<ConfigError>(HasSubstr("tensor")));
  EXPECT_THAT([] { read({"training.compression.tensor=int9"}); },
              ThrowsMessage<ConfigError>(HasSubstr("int8")));
}

TEST(StepCodecsSection, SweepsAndSharesEqualCodecs) {
  const TrainingSet set = read({"training.compression.tensor=[none, int8]",
                                "training.micro_batch=[1, 2]", "training.parallel.tensor=8"});
  ASSERT_EQ(set.points.size(), 4U);
  EXPECT_EQ(set.shared.compressions.size(), 1U);
}

}  // namespace
}  // namespace commsim::step_codecs_test
