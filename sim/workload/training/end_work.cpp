#include "sim/workload/training/end_work.hpp"

#include "sim/workload/training/layer_work.hpp"
#include "sim/workload/training/rank_tokens.hpp"

namespace commsim {

Work embedding_forward(const TransformerModel& model, const Parallelism& parallelism) {
  const RankTokens tokens(model, parallelism);
  const std::int64_t numbers = tokens.all * model.hidden;
  return {.streams = {{"embedding", 2 * numbers * parallelism.precision.activation}}};
}

Work embedding_backward(const TransformerModel& model, const Parallelism& parallelism) {
  const RankTokens tokens(model, parallelism);
  const std::int64_t numbers = tokens.all * model.hidden;
  return {.streams = {{"embedding", numbers * (parallelism.precision.activation +
                                               2 * parallelism.precision.gradient)}}};
}

Work head_forward(const TransformerModel& model, const Parallelism& parallelism) {
  const RankTokens tokens(model, parallelism);
  const std::int64_t h = model.hidden;
  const std::int64_t words = (model.vocabulary + parallelism.tensor - 1) / parallelism.tensor;
  constexpr std::int64_t kSinglePrecision = 4;  // of the loss, whatever the rest has
  Work work;
  if (model.objective == Objective::kMaskedToken) {
    work.products = {{"pooler", parallelism.micro_batch, h, h},
                     {"next_sentence", parallelism.micro_batch, 2, h},
                     {"masked_token", tokens.predicted, h, h}};
  }
  work.products.push_back({"vocabulary", tokens.predicted, words, h});
  work.streams = {{"norm", 2 * tokens.own * h * parallelism.precision.activation},
                  // Read for the greatest and for the sum of exponentials.
                  {"loss", 2 * tokens.predicted * words * kSinglePrecision}};
  return work;
}

Work head_backward(const TransformerModel& model, const Parallelism& parallelism) {
  return reversed(head_forward(model, parallelism));
}

}  // namespace commsim
