// GPT-2 and GPT-3: learned positions, layer norms, biases, four times as wide inside, tied.
#include "sim/workload/training/training_model.hpp"

namespace commsim::gpt_models {
namespace {

constexpr std::int64_t kVocabulary = 50257;

const Registration<TrainingModel> kGpt2Xl{{
    .name = "gpt2_xl",
    .summary = "GPT-2 XL, 1.56 billion parameters",
    .reference = "Radford et al., Language Models are Unsupervised Multitask Learners, 2019, table "
                 "2; heads as in openai/gpt-2",
    .shape = gpt_model(48, 1600, 25, 1024, kVocabulary),
}};

const Registration<TrainingModel> kGpt3{{
    .name = "gpt3_175b",
    .summary = "GPT-3, 175 billion parameters",
    .reference = "Brown et al., Language Models are Few-Shot Learners, arXiv:2005.14165, table 2.1",
    .shape = gpt_model(96, 12288, 96, 2048, kVocabulary),
}};

}  // namespace
}  // namespace commsim::gpt_models
