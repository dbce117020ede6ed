#include "sim/workload/training/layer_traffic.hpp"

#include <algorithm>

namespace commsim {
namespace layer_traffic_items {
namespace {

class LayerTraffic {
 public:
  LayerTraffic(const TransformerModel& model, const Parallelism& parallelism, Pass pass)
      : model_(model),
        parallelism_(parallelism),
        pass_(pass),
        queries_(parallelism.micro_batch * (model.sequence / parallelism.context)),
        again_(parallelism.recompute == Recompute::kFull ? 1 : 0),
        scores_again_(parallelism.recompute == Recompute::kNone ? 0 : 1) {}

  std::vector<TrafficItem> items(std::int64_t layer) && {
    const std::int64_t h = model_.hidden;
    const auto& latent = model_.latent;
    add_block("attention",
              latent ? latent->query_rank + latent->key_value_rank + latent->rotary_size : h,
              latent ? "query_up" : "query_key_value", "attention_output");
    add_context();
    if (!model_.has_experts(layer)) {
      add_block("feed-forward", h, "feed_forward_up", "feed_forward_down");
      return std::move(items_);
    }
    if (model_.experts->shared > 0)
      add_block("shared experts", h, "shared_expert_up", "shared_expert_down");
    add_experts(*model_.experts);
    return std::move(items_);
  }

 private:
  // How often in the forward and in the backward pass of one micro-batch.
  struct Times {
    std::int64_t forward = 0;
    std::int64_t backward = 0;
  };

  void add(Traffic traffic, std::string_view what, CollectiveKind collective, GroupKind group,
           std::int64_t ranks, Bytes size, Times times, std::string_view product = {}) {
    const std::int64_t calls = pass_ == Pass::kForward ? times.forward : times.backward;
    if (ranks < 2 || calls < 1) return;
    items_.push_back({.traffic = traffic,
                      .what = what,
                      .collective = collective,
                      .group = group,
                      .ranks = ranks,
                      .size = size,
                      .calls = calls,
                      .product = product});
  }

  void add_tensor(std::string_view what, CollectiveKind collective, std::int64_t numbers,
                  Times times, std::string_view product = {}) {
    add(Traffic::kTensor, what, collective, GroupKind::kTensor, parallelism_.tensor, bytes(numbers),
        times, product);
  }

  [[nodiscard]] Bytes bytes(std::int64_t numbers) const {
    return Bytes{numbers} * parallelism_.precision.activation;
  }

  // A matrix by outputs, whose input has `width` numbers for each token, and then one by inputs,
  // whose output is summed: forward and backward are mirrored.
  void add_block(std::string_view what, std::int64_t width, std::string_view by_outputs = {},
                 std::string_view by_inputs = {}) {
    const std::int64_t input = queries_ * width;
    const std::int64_t output = queries_ * model_.hidden;
    if (!parallelism_.sequence_parallel) {
      add_tensor(what, CollectiveKind::kAllReduce, output, {1, again_});
      add_tensor(what, CollectiveKind::kAllReduce, input, {0, 1});
      return;
    }
    constexpr std::int64_t kOnceMoreForWeights = 1;
    add_tensor(what, CollectiveKind::kAllGather, input, {1, again_ + kOnceMoreForWeights},
               by_outputs);
    add_tensor(what, CollectiveKind::kReduceScatter, output, {1, again_}, by_inputs);
    add_tensor(what, CollectiveKind::kAllGather, output, {0, 1}, by_inputs);
    add_tensor(what, CollectiveKind::kReduceScatter, input, {0, 1}, by_outputs);
  }

  void add_context() {
    const std::int64_t c = parallelism_.context;
    const std::int64_t heads = model_.heads / parallelism_.tensor;
    const std::int64_t pairs =
        std::max<std::int64_t>(1, model_.key_value_heads / parallelism_.tensor);
    const std::int64_t keys_values = queries_ * pairs * (model_.query_size() + model_.head_size);
    const auto add_one = [&](std::string_view what, CollectiveKind collective, std::int64_t numbers,
                             Times times) {
      add(Traffic::kContext, what, collective, GroupKind::kContext, c, bytes(numbers), times);
    };
    switch (parallelism_.context_method) {
      case ContextMethod::kRing:  // backward, gradients of keys and values go round with them
        add_one("keys and values", CollectiveKind::kSendRecv, keys_values,
                {c - 1, (scores_again_ + 2) * (c - 1)});
        break;
      case ContextMethod::kAllGather:
        add_one("keys and values", CollectiveKind::kAllGather, c * keys_values,
                {1, scores_again_ + 1});
        add_one("keys and values", CollectiveKind::kReduceScatter, c * keys_values, {0, 1});
        break;
      case ContextMethod::kAllToAll:
        add_one("queries", CollectiveKind::kAllToAll, queries_ * heads * model_.query_size(),
                {1, scores_again_ + 1});
        add_one("keys", CollectiveKind::kAllToAll, queries_ * pairs * model_.query_size(),
                {1, scores_again_ + 1});
        add_one("values", CollectiveKind::kAllToAll, queries_ * pairs * model_.head_size,
                {1, scores_again_ + 1});
        add_one("outputs", CollectiveKind::kAllToAll, queries_ * heads * model_.head_size,
                {1, scores_again_ + 1});
        break;
    }
  }

  // Dispatch and combine, each with its mirror image backward. Tensor ranks hold different tokens
  // and parts of the same experts, so they gather what each was sent.
  void add_experts(const Experts& experts) {
    const std::int64_t copies = queries_ * experts.active * model_.hidden;
    const std::int64_t own = parallelism_.sequence_parallel ? copies / parallelism_.tensor : copies;
    add(Traffic::kExpert, "tokens", CollectiveKind::kAllToAll, GroupKind::kExpert,
        parallelism_.expert, bytes(own), {2, 2 + 2 * again_});
    add_tensor("experts", CollectiveKind::kAllGather, copies, {1, 1 + again_});
    add_tensor("experts", CollectiveKind::kReduceScatter, copies, {1, 1 + again_});
  }

  const TransformerModel& model_;
  const Parallelism& parallelism_;
  Pass pass_;
  std::int64_t queries_;       // tokens of a micro-batch that this rank's matrices see
  std::int64_t again_;         // forward passes for the backward pass
  std::int64_t scores_again_;  // those of attention
  std::vector<TrafficItem> items_;
};

}  // namespace
}  // namespace layer_traffic_items

std::vector<TrafficItem> layer_calls(const TransformerModel& model, const Parallelism& parallelism,
                                     std::int64_t layer, Pass pass) {
  return layer_traffic_items::LayerTraffic(model, parallelism, pass).items(layer);
}

std::vector<TrafficItem> layer_traffic(const TransformerModel& model,
                                       const Parallelism& parallelism, std::int64_t layer) {
  std::vector<TrafficItem> items = layer_calls(model, parallelism, layer, Pass::kForward);
  const auto backward = layer_calls(model, parallelism, layer, Pass::kBackward);
  items.insert(items.end(), backward.begin(), backward.end());
  for (TrafficItem& item : items) item.calls *= parallelism.micro_batches();
  return items;
}

}  // namespace commsim
