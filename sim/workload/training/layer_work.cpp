#include "sim/workload/training/layer_work.hpp"

#include <algorithm>
#include <utility>

#include "sim/workload/training/rank_tokens.hpp"

namespace commsim::layer_work {
namespace {

class LayerWork {
 public:
  LayerWork(const TransformerModel& model, const Parallelism& parallelism, std::int64_t layer)
      : model_(model),
        parallelism_(parallelism),
        tokens_(model, parallelism),
        heads_(model.heads / parallelism.tensor),
        key_value_heads_(std::max<std::int64_t>(1, model.key_value_heads / parallelism.tensor)),
        layer_(layer) {}

  // Before scores: norm, queries, keys and values.
  [[nodiscard]] Work before_scores() const {
    Work work;
    work.streams.push_back(norm());
    const std::int64_t h = model_.hidden;
    const std::int64_t queries = heads_ * model_.query_size();
    if (const auto& latent = model_.latent) {
      const std::int64_t shared = latent->key_value_rank + latent->rotary_size;
      work.products = {
          {"query_down", tokens_.own, latent->query_rank, h},
          {"key_value_down", tokens_.own, shared, h},
          {"query_up", tokens_.all, queries, latent->query_rank},
          {"key_value_up", tokens_.all, 2 * heads_ * model_.head_size, latent->key_value_rank}};
    } else {
      const std::int64_t keys = key_value_heads_ * (model_.query_size() + model_.head_size);
      work.products = {{"query_key_value", tokens_.all, queries + keys, h}};
      if (!parallelism_.fused_attention) work.streams.push_back(apart(queries + keys));
    }
    return work;
  }

  // What selective recomputation does again.
  [[nodiscard]] Work scores() const {
    Work work;
    work.products = {scores_product(),
                     {.name = "weighted_values",
                      .m = tokens_.of_sequence,
                      .n = model_.head_size,
                      .k = model_.sequence,
                      .count = parallelism_.micro_batch * heads_,
                      .share = share(),
                      .fused = parallelism_.fused_attention}};
    if (!parallelism_.fused_attention) {
      const std::int64_t all = work.products.front().count * tokens_.of_sequence * model_.sequence;
      work.streams.push_back(softmax(all));
      // Reads, writes, and a byte for each that is kept or read.
      const std::int64_t masked = all * (2 * width() + 1);
      if (model_.dropout) work.streams.push_back({"score_dropout", masked, masked});
    }
    return work;
  }

  [[nodiscard]] Product scores_product() const {
    return {.name = "scores",
            .m = tokens_.of_sequence,
            .n = model_.sequence,
            .k = model_.query_size(),
            .count = parallelism_.micro_batch * heads_,
            .share = share(),
            .fused = parallelism_.fused_attention};
  }

  [[nodiscard]] Work after_scores() const {
    Work work;
    const std::int64_t inner = heads_ * model_.head_size;
    work.products = {{"attention_output", tokens_.all, model_.hidden, inner}};
    if (!parallelism_.fused_attention) {
      const std::int64_t copied = 2 * tokens_.all * inner * width();
      work.streams.push_back({"transposed_output", copied, copied});
    }
    work.streams.push_back(residual());
    return work;
  }

  [[nodiscard]] Work feed_forward() const {
    Work work;
    work.streams.push_back(norm());
    if (model_.has_experts(layer_)) {
      add_experts(work, *model_.experts);
    } else {
      add_network(work, "feed_forward_up", "feed_forward_down", tokens_.all, model_.feed_forward);
    }
    work.streams.push_back(residual());
    return work;
  }

  [[nodiscard]] Work forward() const {
    Work work = before_scores();
    work += scores();
    work += after_scores();
    work += feed_forward();
    return work;
  }

 private:
  [[nodiscard]] std::int64_t width() const { return parallelism_.precision.activation; }
  [[nodiscard]] double share() const {
    return model_.causal() && parallelism_.fused_attention ? 0.5 : 1.0;
  }
  [[nodiscard]] Stream norm() const { return {"norm", 2 * tokens_.own * model_.hidden * width()}; }
  // Of queries, keys and values, so many numbers for each token: biases are added to them, if there
  // are any; backward the gradients of three become one, which is summed for the biases.
  [[nodiscard]] Stream apart(std::int64_t numbers) const {
    const std::int64_t all = tokens_.all * numbers * width();
    return {"query_key_value_apart", model_.biases ? 2 * all : 0,
            model_.biases ? 3 * all : 2 * all};
  }
  // Reads and writes; backward reads the gradient and what it wrote, and writes.
  [[nodiscard]] Stream softmax(std::int64_t scores) const {
    const std::int64_t all = scores * width();
    const std::int64_t read = model_.causal() ? all / 2 : all;
    return {"softmax", read + all, 2 * read + all};
  }
  // Two inputs, one output, and the mask if there is one.
  [[nodiscard]] Stream residual() const {
    const std::int64_t numbers = tokens_.own * model_.hidden;
    return {"residual", numbers * (3 * width() + (model_.dropout ? 1 : 0))};
  }

  void add_network(Work& work, std::string_view up, std::string_view down, std::int64_t tokens,
                   std::int64_t inner, std::int64_t count = 1) const {
    const std::int64_t own = inner / parallelism_.tensor;
    const std::int64_t matrices = model_.gated() ? 2 : 1;
    work.products.push_back(
        {.name = up, .m = tokens, .n = matrices * own, .k = model_.hidden, .count = count});
    work.products.push_back(
        {.name = down, .m = tokens, .n = model_.hidden, .k = own, .count = count});
    work.streams.push_back({"activation", count * tokens * (matrices + 1) * own * width()});
  }

  void add_experts(Work& work, const Experts& experts) const {
    work.products.push_back({"router", tokens_.own, experts.count, model_.hidden});
    const std::int64_t copies = tokens_.all * experts.active * parallelism_.expert;
    const std::int64_t of_each = (copies + experts.count - 1) / experts.count;
    add_network(work, "expert_up", "expert_down", of_each, experts.width,
                experts.count / parallelism_.expert);
    // Copies are sorted by expert and back: read and written twice.
    work.streams.push_back({"permute", 4 * tokens_.own * experts.active * model_.hidden * width()});
    if (experts.shared > 0) {
      add_network(work, "shared_expert_up", "shared_expert_down", tokens_.all,
                  experts.shared * experts.width);
    }
  }

  const TransformerModel& model_;
  const Parallelism& parallelism_;
  RankTokens tokens_;
  std::int64_t heads_;  // of this rank
  std::int64_t key_value_heads_;
  std::int64_t layer_;
};

}  // namespace
}  // namespace commsim::layer_work

namespace commsim {

Work layer_forward(const TransformerModel& model, const Parallelism& parallelism,
                   std::int64_t layer) {
  return layer_work::LayerWork(model, parallelism, layer).forward();
}

Work layer_backward(const TransformerModel& model, const Parallelism& parallelism,
                    std::int64_t layer) {
  const layer_work::LayerWork pieces(model, parallelism, layer);
  Work work;
  if (parallelism.recompute == Recompute::kFull) work += pieces.forward();
  if (parallelism.recompute == Recompute::kSelective) work += pieces.scores();
  if (parallelism.fused_attention) work.products.push_back(pieces.scores_product());
  work += reversed(pieces.forward());
  return work;
}

Work reversed(const Work& forward) {
  Work work;
  for (const Product& p : forward.products) {
    Product left = p;
    std::swap(left.n, left.k);
    Product right = p;
    std::swap(right.m, right.k);
    work.products.push_back(left);
    work.products.push_back(right);
  }
  for (const Stream& stream : forward.streams) {
    work.streams.push_back({stream.name, stream.backward.value_or(2 * stream.bytes)});
  }
  return work;
}

}  // namespace commsim
