#include "sim/workload/training/activations.hpp"

#include <algorithm>

#include "sim/workload/training/rank_tokens.hpp"

namespace commsim::activation_bytes {
namespace {

constexpr std::int64_t kSinglePrecision = 4;

// Bytes for each token, of this rank's heads.
std::int64_t of_heads(const TransformerModel& model, const Parallelism& parallelism) {
  const std::int64_t w = parallelism.precision.activation;
  const std::int64_t heads = model.heads / parallelism.tensor;
  const std::int64_t pairs = std::max<std::int64_t>(1, model.key_value_heads / parallelism.tensor);
  const std::int64_t inputs =
      heads * model.query_size() + pairs * (model.query_size() + model.head_size);
  const std::int64_t output = heads * model.head_size;
  std::int64_t bytes = w * (inputs + output);
  if (parallelism.fused_attention) {
    bytes += kSinglePrecision * heads;
  } else if (parallelism.recompute == Recompute::kNone) {
    // Softmax's output; behind dropout the product's input and the mask.
    bytes += heads * model.sequence * (model.dropout ? 2 * w + 1 : w);
  }
  return bytes;
}

// Numbers for each token of a network of that inner width: gate, up and their product, or what
// stands before and behind GELU.
std::int64_t of_network(const TransformerModel& model, const Parallelism& parallelism,
                        std::int64_t inner) {
  return (model.gated() ? 3 : 2) * inner / parallelism.tensor;
}

std::int64_t of_feed_forward(const TransformerModel& model, const Parallelism& parallelism,
                             std::int64_t layer, const RankTokens& tokens) {
  const std::int64_t w = parallelism.precision.activation;
  if (!model.has_experts(layer)) {
    return w * tokens.all * of_network(model, parallelism, model.feed_forward);
  }
  const Experts& experts = *model.experts;
  const std::int64_t copy = model.hidden + of_network(model, parallelism, experts.width);
  const std::int64_t probabilities = kSinglePrecision * tokens.own * experts.count;
  const std::int64_t outputs = w * tokens.own * experts.active * model.hidden;
  return probabilities + w * tokens.all * experts.active * copy + outputs +
         w * tokens.all * of_network(model, parallelism, experts.shared * experts.width);
}

// Narrow queries, keys and values before and behind their norms.
std::int64_t of_latent(const TransformerModel& model) {
  if (!model.latent) return 0;
  return 2 * (model.latent->query_rank + model.latent->key_value_rank) + model.latent->rotary_size;
}

}  // namespace
}  // namespace commsim::activation_bytes

namespace commsim {

std::int64_t layer_activations(const TransformerModel& model, const Parallelism& parallelism,
                               std::int64_t layer) {
  using namespace activation_bytes;
  const RankTokens tokens(model, parallelism);
  const std::int64_t w = parallelism.precision.activation;
  const std::int64_t h = model.hidden;
  if (parallelism.recompute == Recompute::kFull) return w * tokens.own * h;
  const std::int64_t norms_and_inputs = w * tokens.own * (4 * h + of_latent(model));
  const std::int64_t masks = model.dropout ? 2 * tokens.own * h : 0;
  return norms_and_inputs + masks + tokens.all * of_heads(model, parallelism) +
         of_feed_forward(model, parallelism, layer, tokens);
}

std::int64_t embedding_activations(const TransformerModel& model, const Parallelism& parallelism) {
  const RankTokens tokens(model, parallelism);
  return model.dropout ? tokens.own * model.hidden : 0;
}

std::int64_t head_activations(const TransformerModel& model, const Parallelism& parallelism) {
  const RankTokens tokens(model, parallelism);
  const std::int64_t words = (model.vocabulary + parallelism.tensor - 1) / parallelism.tensor;
  return 2 * parallelism.precision.activation * tokens.own * model.hidden +
         activation_bytes::kSinglePrecision * tokens.predicted * words;
}

}  // namespace commsim
