#include "sim/scenario/tensor_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectives/compression/model_shapes.hpp"
#include "collectives/compression/npy_file.hpp"
#include "collectives/compression/tensor_source.hpp"

namespace commsim::tensor_text {
namespace {

constexpr std::string_view kGradient = "gradient";
constexpr std::int64_t kColumns = 1024;

// Rows of 1024 numbers where there are that many.
TensorShape shape_of(std::int64_t elements) {
  if (elements < 2 * kColumns) return {.rows = 1, .columns = elements};
  return {.rows = elements / kColumns, .columns = kColumns};
}

void refuse_archive(const std::string& name) {
  if (!name.ends_with(".npz")) return;
  throw RequestError(fmt::format(
      "'{}' is an archive of arrays; a tensor is a file of one, saved by numpy.save as .npy",
      name));
}

// Says how what was meant is written.
void refuse_unknown(const std::string& name) {
  if (Registry<TensorKind>::find(name) != nullptr) return;
  refuse_archive(name);
  if (Registry<ModelShapes>::find(name) != nullptr) {
    throw RequestError(fmt::format("'{0}' is a model; write {{model: {0}}}", name));
  }
  if (name.ends_with(".npy")) {
    throw RequestError(fmt::format("'{0}' is a file; write {{file: {0}}}", name));
  }
  throw RequestError(fmt::format(
      "unknown tensor '{}'{}; a file of NumPy (.npy) and {{model: NAME}} are legal, too", name,
      suggestion(name, Registry<TensorKind>::names())));
}

TensorRequest generated(const std::string& kind, TensorShape shape, std::uint64_t seed) {
  refuse_unknown(kind);
  return {
      .text = fmt::format("{} of {} x {} numbers, seed {}", kind, shape.rows, shape.columns, seed),
      .make = [=] { return TensorSet{.tensors = {generate(kind, shape, seed)}, .counts = {1}}; }};
}

TensorSet gradients_of(const ModelShapes& model, std::uint64_t seed) {
  TensorSet set;
  for (const ModelTensor& tensor : model.tensors) {
    set.tensors.push_back(generate(kGradient, tensor.shape, seed++));
    set.tensors.back().name = tensor.name;
    set.counts.push_back(tensor.count);
  }
  return set;
}

TensorRequest of_model(const std::string& name, std::uint64_t seed) {
  const ModelShapes& model = Registry<ModelShapes>::get(name, "model");
  return {.text = fmt::format("gradients of {}, seed {}", name, seed),
          .make = [&model, seed] { return gradients_of(model, seed); }};
}

TensorRequest of_file(const std::filesystem::path& path, const std::string& name) {
  refuse_archive(name);
  return {.text = name,
          .make = [path] { return TensorSet{.tensors = {read_npy(path)}, .counts = {1}}; }};
}

std::uint64_t seed_of(ConfigReader& map) {
  return static_cast<std::uint64_t>(map.whole("seed", {.least = 0}).value_or(1));
}

TensorRequest read_map(ConfigReader& map, std::int64_t elements) {
  const auto file = map.text("file");
  const auto model = map.text("model");
  const auto kind = map.text("kind");
  const int said = (file ? 1 : 0) + (model ? 1 : 0) + (kind ? 1 : 0);
  if (said != 1) throw RequestError("expected one of 'kind', 'file' and 'model'");
  if (file) return of_file(map.context().directory / *file, *file);
  if (model) return of_model(*model, seed_of(map));
  TensorShape shape = shape_of(elements);
  const auto rows = map.whole("rows", {.least = 1, .most = kMostGeneratedElements});
  const auto columns = map.whole("columns", {.least = 1, .most = kMostGeneratedElements});
  if (rows || columns) shape = {.rows = rows.value_or(1), .columns = columns.value_or(kColumns)};
  return generated(*kind, shape, seed_of(map));
}

}  // namespace
}  // namespace commsim::tensor_text

namespace commsim {

using namespace tensor_text;

std::optional<TensorRequest> read_tensors(ConfigReader& section, std::string_view key,
                                          std::int64_t elements) {
  const ConfigNode* node = section.raw(key);
  if (node != nullptr && node->kind == ConfigNode::Kind::kMap) {
    ConfigReader map = section.section(key);
    auto request = map.checked("", [&] { return read_map(map, elements); });
    return map.failed() ? std::nullopt : std::move(request);
  }
  const std::string kind = section.text(key).value_or(std::string(kGradient));
  return section.checked(key, [&] { return generated(kind, shape_of(elements), 1); });
}

}  // namespace commsim
