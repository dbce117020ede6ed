// Mixtures of experts.
#include "sim/workload/training/training_model.hpp"

namespace commsim::mixture_models {
namespace {

TransformerModel mixtral() {
  return {.layers = 32,
          .hidden = 4096,
          .heads = 32,
          .key_value_heads = 8,
          .head_size = 128,
          .sequence = 4096,
          .vocabulary = 32000,
          .activation = FeedForward::kSwiGlu,
          .positions = Positions::kRotary,
          .norm = Norm::kRmsNorm,
          .biases = false,
          .tied_embeddings = false,
          .dropout = false,
          .experts = Experts{.count = 8, .active = 2, .width = 14336}};
}

TransformerModel deepseek_v3() {
  return {.layers = 61,
          .hidden = 7168,
          .heads = 128,
          .key_value_heads = 128,
          .head_size = 128,
          .feed_forward = 18432,
          .sequence = 4096,
          .vocabulary = 129280,
          .activation = FeedForward::kSwiGlu,
          .positions = Positions::kRotary,
          .norm = Norm::kRmsNorm,
          .biases = false,
          .tied_embeddings = false,
          .dropout = false,
          .latent = LatentAttention{.query_rank = 1536, .key_value_rank = 512, .rotary_size = 64},
          .experts = Experts{.count = 256,
                             .active = 8,
                             .shared = 1,
                             .width = 2048,
                             .dense_first = 3,
                             .router_bias = true}};
}

const Registration<TrainingModel> kMixtral{{
    .name = "mixtral_8x7b",
    .summary = "Mixtral 8x7B: 2 of 8 experts, 46.7 billion parameters, 12.9 active",
    .reference = "Jiang et al., Mixtral of Experts, arXiv:2401.04088, table 1; sequences of 4096 "
                 "are an assumption, the paper gives only the context of 32768",
    .shape = mixtral(),
}};

const Registration<TrainingModel> kDeepSeek{{
    .name = "deepseek_v3",
    .summary = "DeepSeek-V3 without its multi-token prediction: 8 of 256 experts and a shared one, "
               "671 billion parameters, 37 active",
    .reference = "DeepSeek-AI, DeepSeek-V3 Technical Report, arXiv:2412.19437, section 4.2",
    .shape = deepseek_v3(),
}};

}  // namespace
}  // namespace commsim::mixture_models
