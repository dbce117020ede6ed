#include "collectives/compression/model_shapes.hpp"

namespace commsim::model_shapes {
namespace {

// What the sizes of a transformer follow from, as published with each model.
struct Transformer {
  std::int64_t width = 0;
  std::int64_t blocks = 0;
  std::int64_t vocabulary = 0;
  std::int64_t positions = 0;
};

TensorShape vector(std::int64_t columns) { return {.rows = 1, .columns = columns}; }

// Both families: a network of two layers, four times as wide inside, and two normalisations in each
// block. Rows of a matrix are its outputs.
void add_common(std::vector<ModelTensor>& tensors, const Transformer& model) {
  const std::int64_t h = model.width;
  const std::int64_t n = model.blocks;
  tensors.push_back({"feed_forward.inner.weight", {4 * h, h}, n});
  tensors.push_back({"feed_forward.inner.bias", vector(4 * h), n});
  tensors.push_back({"feed_forward.outer.weight", {h, 4 * h}, n});
  tensors.push_back({"feed_forward.outer.bias", vector(h), n});
  tensors.push_back({"normalisation.weight", vector(h), 2 * n});
  tensors.push_back({"normalisation.bias", vector(h), 2 * n});
}

// Query, key, value and output are matrices of their own; a pooler follows the last block.
std::vector<ModelTensor> bert(const Transformer& model) {
  const std::int64_t h = model.width;
  std::vector<ModelTensor> tensors = {
      {"embedding.word", {model.vocabulary, h}},
      {"embedding.position", {model.positions, h}},
      {"embedding.segment", {2, h}},
      {"embedding.normalisation.weight", vector(h)},
      {"embedding.normalisation.bias", vector(h)},
      {"attention.weight", {h, h}, 4 * model.blocks},
      {"attention.bias", vector(h), 4 * model.blocks},
  };
  add_common(tensors, model);
  tensors.push_back({"pooler.weight", {h, h}});
  tensors.push_back({"pooler.bias", vector(h)});
  return tensors;
}

// Query, key and value are one matrix, and the embedding is the last layer's matrix, too.
std::vector<ModelTensor> gpt(const Transformer& model) {
  const std::int64_t h = model.width;
  std::vector<ModelTensor> tensors = {
      {"embedding.word", {model.vocabulary, h}},
      {"embedding.position", {model.positions, h}},
      {"attention.query_key_value.weight", {3 * h, h}, model.blocks},
      {"attention.query_key_value.bias", vector(3 * h), model.blocks},
      {"attention.output.weight", {h, h}, model.blocks},
      {"attention.output.bias", vector(h), model.blocks},
  };
  add_common(tensors, model);
  tensors.push_back({"final_normalisation.weight", vector(h)});
  tensors.push_back({"final_normalisation.bias", vector(h)});
  return tensors;
}

}  // namespace
}  // namespace commsim::model_shapes

namespace commsim {

std::int64_t ModelShapes::elements() const {
  std::int64_t sum = 0;
  for (const ModelTensor& tensor : tensors) sum += tensor.shape.elements() * tensor.count;
  return sum;
}

}  // namespace commsim

namespace commsim::model_shapes {
namespace {

constexpr std::string_view kBert =
    "Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers, NAACL 2019";
constexpr std::string_view kGpt2 =
    "Radford et al., Language Models are Unsupervised Multitask Learners, 2019";

const Registration<ModelShapes> bert_base{
    {.name = "bert_base",
     .summary = "BERT base: 12 blocks of width 768",
     .reference = kBert,
     .tensors = bert({.width = 768, .blocks = 12, .vocabulary = 30522, .positions = 512})}};
const Registration<ModelShapes> bert_large{
    {.name = "bert_large",
     .summary = "BERT large: 24 blocks of width 1024",
     .reference = kBert,
     .tensors = bert({.width = 1024, .blocks = 24, .vocabulary = 30522, .positions = 512})}};
const Registration<ModelShapes> gpt2{
    {.name = "gpt2",
     .summary = "GPT-2 small: 12 blocks of width 768",
     .reference = kGpt2,
     .tensors = gpt({.width = 768, .blocks = 12, .vocabulary = 50257, .positions = 1024})}};
const Registration<ModelShapes> gpt2_xl{
    {.name = "gpt2_xl",
     .summary = "GPT-2 XL: 48 blocks of width 1600",
     .reference = kGpt2,
     .tensors = gpt({.width = 1600, .blocks = 48, .vocabulary = 50257, .positions = 1024})}};
// The paper prints a width of 5140, which its 40 heads of 128 do not make.
const Registration<ModelShapes> gpt3_13b{
    {.name = "gpt3_13b",
     .summary = "GPT-3 of 13 billion parameters: 40 blocks of width 5120",
     .reference = "Brown et al., Language Models are Few-Shot Learners, NeurIPS 2020, table 2.1",
     .tensors = gpt({.width = 5120, .blocks = 40, .vocabulary = 50257, .positions = 2048})}};

}  // namespace
}  // namespace commsim::model_shapes
