#include "sim/workload/training/transformer.hpp"

#include <fmt/format.h>

#include <string_view>

#include "core/error.hpp"

namespace commsim::transformer {
namespace {

// Far above every model, and low enough for products of three sizes to fit 63 bits only where they
// are checked: sums of parameters are bounded by kMostParameters.
constexpr std::int64_t kMostOfAnything = 100'000'000;
constexpr std::int64_t kMostLayers = 100'000;
constexpr double kMostParameters = 1e15;

void require(bool holds, std::string_view what) {
  if (!holds) throw RequestError(std::string(what));
}

void require_size(std::string_view name, std::int64_t size, std::int64_t most = kMostOfAnything) {
  if (size < 1 || size > most) {
    throw RequestError(fmt::format("{} must be from 1 to {}, not {}", name, most, size));
  }
}

void validate_experts(const TransformerModel& model, const Experts& experts) {
  require_size("experts", experts.count);
  require_size("the width of experts", experts.width);
  if (experts.active < 1 || experts.active > experts.count) {
    throw RequestError(fmt::format("a token visits from 1 to all {} experts, not {}", experts.count,
                                   experts.active));
  }
  if (experts.shared < 0 || experts.shared > kMostLayers) {
    throw RequestError(fmt::format("shared experts are 0 or more, not {}", experts.shared));
  }
  if (experts.dense_first < 0 || experts.dense_first >= model.layers) {
    throw RequestError(fmt::format("layers before the first with experts are from 0 to {}, not {}",
                                   model.layers - 1, experts.dense_first));
  }
}

std::int64_t norm_size(const TransformerModel& model, std::int64_t width) {
  return model.norm == Norm::kLayerNorm ? 2 * width : width;
}

// A matrix whose outputs are divided has its bias divided with it; where the inputs are divided,
// the bias is added after the sum, by all.
void add_by_outputs(ParameterCount& count, const TransformerModel& model, std::int64_t inputs,
                    std::int64_t outputs) {
  count.divided += inputs * outputs + (model.biases ? outputs : 0);
}

void add_by_inputs(ParameterCount& count, const TransformerModel& model, std::int64_t inputs,
                   std::int64_t outputs) {
  count.divided += inputs * outputs;
  if (model.biases) count.replicated += outputs;
}

void add_attention(ParameterCount& count, const TransformerModel& model) {
  const std::int64_t h = model.hidden;
  if (const auto& latent = model.latent) {
    count.replicated += h * latent->query_rank + norm_size(model, latent->query_rank) +
                        h * (latent->key_value_rank + latent->rotary_size) +
                        norm_size(model, latent->key_value_rank);
    count.divided += latent->query_rank * model.query_width() +
                     latent->key_value_rank * 2 * model.heads * model.head_size;
  } else {
    add_by_outputs(count, model, h, model.query_width() + model.key_width() + model.value_width());
  }
  add_by_inputs(count, model, model.heads * model.head_size, h);
}

void add_feed_forward(ParameterCount& count, const TransformerModel& model, std::int64_t width) {
  add_by_outputs(count, model, model.hidden, (model.gated() ? 2 : 1) * width);
  add_by_inputs(count, model, width, model.hidden);
}

// Parameters of one routed expert.
std::int64_t expert_parameters(const TransformerModel& model) {
  ParameterCount one;
  add_feed_forward(one, model, model.experts->width);
  return one.total();
}

}  // namespace
}  // namespace commsim::transformer

namespace commsim {

void validate(const TransformerModel& model) {
  using namespace transformer;
  require_size("layers", model.layers, kMostLayers);
  require_size("hidden", model.hidden);
  require_size("heads", model.heads);
  require_size("key_value_heads", model.key_value_heads);
  require_size("head_size", model.head_size);
  require_size("sequence", model.sequence);
  require_size("vocabulary", model.vocabulary);
  if (!model.experts || model.experts->dense_first > 0) {
    require_size("feed_forward", model.feed_forward);
  }
  if (model.heads % model.key_value_heads != 0) {
    throw RequestError(fmt::format("key_value_heads must divide the {} heads; {} do not",
                                   model.heads, model.key_value_heads));
  }
  if (model.positions == Positions::kLearned &&
      (model.learned_positions < model.sequence || model.learned_positions > kMostOfAnything)) {
    throw RequestError(fmt::format("learned positions must be at least the sequence of {}, not {}",
                                   model.sequence, model.learned_positions));
  }
  if (model.predicted < 0 || model.predicted > model.sequence) {
    throw RequestError(
        fmt::format("predicted tokens are from 0 (all) to the sequence of {}, not {}",
                    model.sequence, model.predicted));
  }
  if (const auto& latent = model.latent) {
    require_size("query_rank", latent->query_rank);
    require_size("key_value_rank", latent->key_value_rank);
    require_size("rotary_size", latent->rotary_size);
    require(model.key_value_heads == model.heads,
            "latent attention has a key and a value for each head: key_value_heads = heads");
  }
  if (model.experts) validate_experts(model, *model.experts);

  // In doubles, since sizes that are legal one by one can overflow together.
  const auto h = static_cast<double>(model.hidden);
  double layer = 4.0 * h * static_cast<double>(model.heads) * static_cast<double>(model.head_size) +
                 3.0 * h * static_cast<double>(model.feed_forward);
  if (const auto& experts = model.experts) {
    layer += 3.0 * h * static_cast<double>(experts->width) *
             static_cast<double>(experts->count + experts->shared);
  }
  if (const auto& latent = model.latent) {
    const double queries =
        static_cast<double>(model.heads) * static_cast<double>(model.query_size());
    layer += static_cast<double>(latent->query_rank) * (h + queries) +
             static_cast<double>(latent->key_value_rank) * (h + 2 * queries);
  }
  const double all = layer * static_cast<double>(model.layers) +
                     2.0 * h * static_cast<double>(model.vocabulary + model.learned_positions);
  if (all > kMostParameters) {
    throw RequestError(
        fmt::format("these sizes make about {:.1e} parameters; at most {:.0e} are simulated", all,
                    kMostParameters));
  }
}

TransformerModel gpt_model(std::int64_t layers, std::int64_t hidden, std::int64_t heads,
                           std::int64_t sequence, std::int64_t vocabulary) {
  if (heads < 1 || hidden % heads != 0) {
    throw RequestError(
        fmt::format("heads must divide the hidden size of {}; {} do not", hidden, heads));
  }
  return {.layers = layers,
          .hidden = hidden,
          .heads = heads,
          .key_value_heads = heads,
          .head_size = hidden / heads,
          .feed_forward = 4 * hidden,
          .sequence = sequence,
          .vocabulary = vocabulary,
          .learned_positions = sequence};
}

ParameterCount& ParameterCount::operator+=(const ParameterCount& other) {
  replicated += other.replicated;
  divided += other.divided;
  routed += other.routed;
  return *this;
}

ParameterCount layer_parameters(const TransformerModel& model, std::int64_t layer) {
  using namespace transformer;
  ParameterCount count;
  count.replicated += 2 * norm_size(model, model.hidden);
  add_attention(count, model);
  if (!model.has_experts(layer)) {
    add_feed_forward(count, model, model.feed_forward);
    return count;
  }
  const Experts& experts = *model.experts;
  count.replicated += experts.count * (model.hidden + (experts.router_bias ? 1 : 0));
  count.routed += experts.count * expert_parameters(model);
  if (experts.shared > 0) add_feed_forward(count, model, experts.shared * experts.width);
  return count;
}

ParameterCount embedding_parameters(const TransformerModel& model) {
  using namespace transformer;
  ParameterCount count{.divided = model.vocabulary * model.hidden};
  if (model.positions == Positions::kLearned) {
    count.replicated += model.learned_positions * model.hidden;
  }
  if (model.objective == Objective::kMaskedToken) {
    count.replicated += 2 * model.hidden + norm_size(model, model.hidden);
  }
  return count;
}

ParameterCount head_parameters(const TransformerModel& model) {
  using namespace transformer;
  const std::int64_t h = model.hidden;
  ParameterCount count;
  if (!model.tied_embeddings) count.divided += model.vocabulary * h;
  if (model.objective == Objective::kNextToken) {
    count.replicated += norm_size(model, h);
    return count;
  }
  const std::int64_t pooler = h * h + h;
  const std::int64_t masked_token = h * h + h + norm_size(model, h);
  const std::int64_t next_sentence = 2 * h + 2;
  count.replicated += pooler + masked_token + next_sentence;
  count.divided += model.vocabulary;  // the bias of each word
  return count;
}

std::int64_t parameters(const TransformerModel& model) {
  ParameterCount count = embedding_parameters(model);
  count += head_parameters(model);
  for (std::int64_t layer = 0; layer < model.layers; ++layer) {
    count += layer_parameters(model, layer);
  }
  return count.total();
}

std::int64_t active_parameters(const TransformerModel& model) {
  using namespace transformer;
  const std::int64_t all = parameters(model);
  if (!model.experts) return all;
  const Experts& experts = *model.experts;
  return all - (model.layers - experts.dense_first) * (experts.count - experts.active) *
                   expert_parameters(model);
}

}  // namespace commsim
