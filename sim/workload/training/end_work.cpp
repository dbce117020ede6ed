#include "sim/workload/training/end_work.hpp"

#include "sim/workload/training/layer_work.hpp"
#include "sim/workload/training/rank_tokens.hpp"

namespace commsim::end_work {
namespace {

constexpr std::int64_t kSinglePrecision = 4;  // of the loss, whatever the rest has

// Bytes for each logit, kernel by kernel. Widened; read for the greatest; less the greatest, in
// place; exponentials, in place; read for their sum; divided by it, in place.
std::int64_t loss_forward(const Parallelism& parallelism) {
  constexpr std::int64_t kReadsAndWrites = 9;
  return parallelism.precision.activation + kReadsAndWrites * kSinglePrecision;
}

// What the forward pass left is scaled in place, and narrowed.
std::int64_t loss_backward(const Parallelism& parallelism) {
  constexpr std::int64_t kReadsAndWrites = 3;
  return parallelism.precision.activation + kReadsAndWrites * kSinglePrecision;
}

}  // namespace
}  // namespace commsim::end_work

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
  Work work;
  if (model.objective == Objective::kMaskedToken) {
    work.products = {{"pooler", parallelism.micro_batch, h, h},
                     {"next_sentence", parallelism.micro_batch, 2, h},
                     {"masked_token", tokens.predicted, h, h}};
  }
  work.products.push_back({"vocabulary", tokens.predicted, words, h});
  const std::int64_t logits = tokens.predicted * words;
  work.streams = {{"norm", 2 * tokens.own * h * parallelism.precision.activation},
                  {"loss", logits * end_work::loss_forward(parallelism),
                   logits * end_work::loss_backward(parallelism)}};
  return work;
}

Work head_backward(const TransformerModel& model, const Parallelism& parallelism) {
  return reversed(head_forward(model, parallelism));
}

}  // namespace commsim
