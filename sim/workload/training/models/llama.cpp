// Llama 3: rotary positions, root-mean-square norms, gated feed-forward networks, eight heads of
// keys and values, no biases, an output matrix of its own.
#include "sim/workload/training/training_model.hpp"

namespace commsim::llama_models {
namespace {

constexpr std::string_view kSource =
    "Llama Team, The Llama 3 Herd of Models, arXiv:2407.21783, table 3";

TransformerModel llama(std::int64_t layers, std::int64_t hidden, std::int64_t heads,
                       std::int64_t feed_forward) {
  return {.layers = layers,
          .hidden = hidden,
          .heads = heads,
          .key_value_heads = 8,
          .head_size = hidden / heads,
          .feed_forward = feed_forward,
          .sequence = 8192,
          .vocabulary = 128256,
          .activation = FeedForward::kSwiGlu,
          .positions = Positions::kRotary,
          .norm = Norm::kRmsNorm,
          .biases = false,
          .tied_embeddings = false,
          .dropout = false};
}

const Registration<TrainingModel> kLlama8{{
    .name = "llama3_8b",
    .summary = "Llama 3 8B, sequences of 8192",
    .reference = kSource,
    .shape = llama(32, 4096, 32, 14336),
}};

const Registration<TrainingModel> kLlama70{{
    .name = "llama3_70b",
    .summary = "Llama 3 70B, sequences of 8192",
    .reference = kSource,
    .shape = llama(80, 8192, 64, 28672),
}};

const Registration<TrainingModel> kLlama405{{
    .name = "llama3_405b",
    .summary = "Llama 3 405B, sequences of 8192",
    .reference = kSource,
    .shape = llama(126, 16384, 128, 53248),
}};

}  // namespace
}  // namespace commsim::llama_models
