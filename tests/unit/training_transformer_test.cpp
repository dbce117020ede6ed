#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "core/error.hpp"
#include "sim/workload/training/training_model.hpp"
#include "sim/workload/training/transformer.hpp"

namespace commsim::training_transformer_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TransformerModel preset(const char* name) {
  return std::get<TransformerModel>(Registry<TrainingModel>::get(name, "model").shape);
}

TransformerModel changed(const char* name, const std::function<void(TransformerModel&)>& change) {
  TransformerModel model = preset(name);
  change(model);
  return model;
}

void expect_refused(const TransformerModel& model, const std::string& why) {
  EXPECT_THAT([&] { validate(model); }, ThrowsMessage<RequestError>(HasSubstr(why)));
}

TEST(TrainingTransformer, RefusesSizesThatAreNone) {
  expect_refused(changed("gpt2_xl", [](auto& m) { m.layers = 0; }), "layers must be from 1");
  expect_refused(changed("gpt2_xl", [](auto& m) { m.hidden = -1; }), "hidden must be from 1");
  expect_refused(changed("gpt2_xl", [](auto& m) { m.heads = 0; }), "heads must be from 1");
  expect_refused(changed("gpt2_xl", [](auto& m) { m.head_size = 0; }), "head_size must be");
  expect_refused(changed("gpt2_xl", [](auto& m) { m.feed_forward = 0; }), "feed_forward must be");
  expect_refused(changed("gpt2_xl", [](auto& m) { m.vocabulary = 2'000'000'000; }),
                 "vocabulary must be");
  expect_refused(changed("gpt2_xl", [](auto& m) { m.sequence = 2048; }),
                 "learned positions must be at least the sequence of 2048, not 1024");
  expect_refused(changed("bert_large", [](auto& m) { m.predicted = 513; }),
                 "predicted tokens are from 0 (all) to the sequence of 512");
}

TEST(TrainingTransformer, RefusesHeadsThatDoNotShare) {
  expect_refused(changed("llama3_8b", [](auto& m) { m.key_value_heads = 5; }),
                 "key_value_heads must divide the 32 heads; 5 do not");
  expect_refused(changed("deepseek_v3", [](auto& m) { m.key_value_heads = 8; }),
                 "latent attention has a key and a value for each head");
  EXPECT_THAT([] { gpt_model(2, 100, 3, 8, 8); },
              ThrowsMessage<RequestError>(HasSubstr("heads must divide the hidden size of 100")));
}

TEST(TrainingTransformer, RefusesExpertsThatAreNone) {
  expect_refused(changed("mixtral_8x7b", [](auto& m) { m.experts->active = 9; }),
                 "a token visits from 1 to all 8 experts, not 9");
  expect_refused(changed("mixtral_8x7b", [](auto& m) { m.experts->width = 0; }),
                 "the width of experts must be");
  expect_refused(changed("mixtral_8x7b", [](auto& m) { m.experts->shared = -1; }),
                 "shared experts are 0 or more");
  expect_refused(changed("deepseek_v3", [](auto& m) { m.experts->dense_first = 61; }),
                 "layers before the first with experts are from 0 to 60, not 61");
}

TEST(TrainingTransformer, RefusesMoreParametersThanCanBeCounted) {
  expect_refused(changed("mixtral_8x7b",
                         [](auto& m) {
                           m.experts->count = 100'000'000;
                           m.hidden = 100'000'000;
                           m.experts->width = 100'000'000;
                         }),
                 "parameters; at most 1e+15 are simulated");
}

TEST(TrainingTransformer, EveryRegisteredOneIsLegal) {
  for (const TrainingModel* entry : Registry<TrainingModel>::entries()) {
    if (const auto* model = std::get_if<TransformerModel>(&entry->shape)) {
      EXPECT_NO_THROW(validate(*model)) << entry->name;
      EXPECT_LE(active_parameters(*model), parameters(*model)) << entry->name;
    }
    EXPECT_THAT(std::string(entry->reference), Not(testing::IsEmpty()));
  }
}

// The counts of the published checkpoints.
TEST(TrainingTransformer, HasAsManyParametersAsPublished) {
  EXPECT_EQ(parameters(preset("gpt2_xl")), 1'557'611'200);
  EXPECT_EQ(parameters(preset("llama3_8b")), 8'030'261'248);
  EXPECT_EQ(parameters(preset("llama3_70b")), 70'553'706'496);
  EXPECT_EQ(parameters(preset("llama3_405b")), 405'853'388'800);
  EXPECT_EQ(parameters(preset("mixtral_8x7b")), 46'702'792'704);
  EXPECT_EQ(parameters(preset("deepseek_v3")), 671'026'419'200);
}

// 175 billion in the paper, which rounds; 174.6 by the formula of Narayanan et al.
TEST(TrainingTransformer, Gpt3HasAsManyAsItsSizesSay) {
  EXPECT_EQ(parameters(preset("gpt3_175b")), 174'604'259'328);
}

// 335,141,888 in the checkpoint without heads, 336,226,108 with those of pre-training.
TEST(TrainingTransformer, BertIsItsPublishedParts) {
  const TransformerModel bert = preset("bert_large");
  EXPECT_EQ(parameters(bert), 336'226'108);
  const std::int64_t layers = 24 * layer_parameters(bert, 0).total();
  EXPECT_EQ(layers, 302'309'376);
  EXPECT_EQ(embedding_parameters(bert).total(), 31'782'912);
  const std::int64_t pooler = 1'049'600;
  EXPECT_EQ(layers + embedding_parameters(bert).total() + pooler, 335'141'888);
}

TEST(TrainingTransformer, OfExpertsOnlyTheActiveOnesCount) {
  EXPECT_EQ(active_parameters(preset("mixtral_8x7b")), 12'879'925'248);  // 12.9 billion
  // 37 billion; the report of its weights counts the head and not the embedding: 36.7.
  EXPECT_EQ(active_parameters(preset("deepseek_v3")), 37'552'297'472);
  EXPECT_EQ(active_parameters(preset("llama3_8b")), parameters(preset("llama3_8b")));
}

// params = 12 l h^2 (1 + 13/12h + (V + s)/12lh), and the last norm's 2 h that it leaves out
// (arXiv:2104.04473, equation 2); its table 1 rounds to these.
TEST(TrainingTransformer, FollowsTheFormulaOfMegatron) {
  struct Row {
    std::int64_t layers, hidden, heads;
    double billions;
  };
  for (const Row& row : {Row{24, 2304, 24, 1.7}, Row{30, 3072, 32, 3.6}, Row{36, 4096, 32, 7.5},
                         Row{40, 6144, 48, 18.4}, Row{48, 8192, 64, 39.1}, Row{60, 10240, 80, 76.1},
                         Row{80, 12288, 96, 145.6}, Row{96, 16384, 128, 310.1},
                         Row{105, 20480, 128, 529.6}, Row{128, 25600, 160, 1008.0}}) {
    const TransformerModel model = gpt_model(row.layers, row.hidden, row.heads, 2048, 51200);
    const std::int64_t h = row.hidden;
    EXPECT_EQ(parameters(model), row.layers * (12 * h * h + 13 * h) + (51200 + 2048) * h + 2 * h);
    EXPECT_NEAR(static_cast<double>(parameters(model)) / 1e9, row.billions, 0.051);
  }
}

TEST(TrainingTransformer, DividesItsParametersByKind) {
  const TransformerModel model = preset("mixtral_8x7b");
  const ParameterCount layer = layer_parameters(model, 0);
  EXPECT_EQ(layer.routed, 24LL * 4096 * 14336);
  EXPECT_EQ(layer.replicated, 2 * 4096LL + 8 * 4096LL);
  EXPECT_EQ(layer.divided, 2 * 4096LL * 4096 + 2 * 4096LL * 1024);
}

}  // namespace
}  // namespace commsim::training_transformer_test
