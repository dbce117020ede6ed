#include "sim/scenario/model_section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/flag.hpp"
#include "sim/workload/training/training_model.hpp"

namespace commsim {

namespace {

constexpr std::int64_t kMost = 1'000'000'000;

void read_experts(ConfigReader& model, TransformerModel& shape) {
  if (model.raw("experts") == nullptr) return;
  ConfigReader own = model.section("experts");
  Experts experts = shape.experts.value_or(Experts{});
  const auto read = [&](std::string_view key, std::int64_t& value) {
    value = own.whole(key, {.least = 0, .most = kMost}).value_or(value);
  };
  read("count", experts.count);
  read("active", experts.active);
  read("shared", experts.shared);
  read("width", experts.width);
  read("dense_first", experts.dense_first);
  shape.experts = experts;
}

void read_sizes(ConfigReader& model, TransformerModel& shape) {
  const auto read = [&](std::string_view key, std::int64_t& value) {
    const auto given = model.whole(key, {.least = 1, .most = kMost});
    value = given.value_or(value);
    return given.has_value();
  };
  read("layers", shape.layers);
  const bool hidden = read("hidden", shape.hidden);
  const bool heads = read("heads", shape.heads);
  if (!read("key_value_heads", shape.key_value_heads) && heads) {
    shape.key_value_heads = shape.heads;
  }
  if (!read("head_size", shape.head_size) && (hidden || heads) && shape.heads > 0) {
    shape.head_size = shape.hidden / shape.heads;
  }
  if (!read("feed_forward", shape.feed_forward) && hidden) shape.feed_forward = 4 * shape.hidden;
  if (read("sequence", shape.sequence) && shape.positions == Positions::kLearned) {
    shape.learned_positions = std::max(shape.learned_positions, shape.sequence);
  }
  read("vocabulary", shape.vocabulary);
  const auto flag = [&](std::string_view key, bool& value) {
    value = read_flag(model, key, value);
  };
  flag("biases", shape.biases);
  flag("tied_embeddings", shape.tied_embeddings);
  flag("dropout", shape.dropout);
  if (const auto word = model.word("activation", {"gelu", "swiglu"})) {
    shape.activation = *word == "gelu" ? FeedForward::kGelu : FeedForward::kSwiGlu;
  }
  if (const auto word = model.word("positions", {"learned", "rotary"})) {
    shape.positions = *word == "learned" ? Positions::kLearned : Positions::kRotary;
    if (shape.positions == Positions::kRotary) shape.learned_positions = 0;
  }
  if (const auto word = model.word("norm", {"layer_norm", "rms_norm"})) {
    shape.norm = *word == "layer_norm" ? Norm::kLayerNorm : Norm::kRmsNorm;
  }
  read_experts(model, shape);
}

LayerList read_list(ConfigReader& model, const ConfigNode& list) {
  LayerList layers;
  std::size_t number = 0;
  for (const ConfigNode& item : list.items) {
    ConfigReader own(item, fmt::format("training.model.list[{}]", number++), model.context());
    const auto whole = [&](std::string_view key) {
      return own.whole(key, {.least = 0, .most = INT64_MAX / 4}).value_or(0);
    };
    ModelLayer layer{.name = own.text("name").value_or(fmt::format("layer {}", number)),
                     .parameters = whole("parameters"),
                     .forward_flops = own.number("forward_flops").value_or(0)};
    layer.backward_flops = own.number("backward_flops").value_or(2 * layer.forward_flops);
    layer.activations = whole("activations");
    layers.layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace

void read_model(ConfigReader& section, TrainingJob& job) {
  const ConfigNode* node = section.raw("model");
  if (node == nullptr) return section.missing("model");
  if (node->kind == ConfigNode::Kind::kSequence && !node->items.empty()) {
    node = &section.context().sweep.choose(*node, section.path() + ".model");
  }
  if (node->kind != ConfigNode::Kind::kMap) {
    const auto found = section.checked(
        "model", [&] { return &Registry<TrainingModel>::get(node->scalar, "model"); });
    if (!found) return;
    job.model = (*found)->name;
    job.shape = (*found)->shape;
    return;
  }
  ConfigReader model(*node, section.path() + ".model", section.context());
  job.model = model.text("name").value_or("custom");
  if (const ConfigNode* list = model.raw("list")) {
    job.shape = read_list(model, *list);
  } else {
    TransformerModel shape;
    if (const auto* base = model.named<TrainingModel>("base", "model")) {
      if (const auto* known = std::get_if<TransformerModel>(&base->shape)) {
        shape = *known;
      } else {
        model.error("base", "a list of layers has no sizes to change; legal are transformers");
      }
      job.model = fmt::format("{}, changed", base->name);
    }
    read_sizes(model, shape);
    job.shape = shape;
  }
  if (section.failed()) return;
  section.checked("model", [&] {
    std::visit([](const auto& shape) { validate(shape); }, job.shape);
    return true;
  });
}

}  // namespace commsim
