#include "sim/workload/training/layer_list.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace commsim::layer_list {
namespace {

constexpr std::size_t kMostLayers = 1'000'000;
constexpr std::int64_t kMostOfALayer = 1'000'000'000'000;
constexpr std::int64_t kMostParameters = 1000 * kMostOfALayer;

void refuse(const ModelLayer& layer, std::string_view what) {
  throw RequestError(fmt::format("layer '{}': {}", layer.name, what));
}

bool is_count(std::int64_t number) { return number >= 0 && number <= kMostOfALayer; }

// NaN compares false.
bool is_work(double flops) { return flops >= 0 && std::isfinite(flops); }

// The usual two products of the backward pass, for the gradient of the input and of the weights.
ModelLayer of_products(std::string name, std::int64_t parameters, std::int64_t multiplications,
                       std::int64_t kept) {
  const double flops = 2.0 * static_cast<double>(multiplications);
  return {.name = std::move(name),
          .parameters = parameters,
          .forward_flops = flops,
          .backward_flops = 2 * flops,
          .activations = kept};
}

}  // namespace
}  // namespace commsim::layer_list

namespace commsim {

void validate(const LayerList& model) {
  using namespace layer_list;
  if (model.layers.empty() || model.layers.size() > kMostLayers) {
    throw RequestError(
        fmt::format("a model has from 1 to {} layers, not {}", kMostLayers, model.layers.size()));
  }
  for (const ModelLayer& layer : model.layers) {
    if (!is_count(layer.parameters)) refuse(layer, "parameters are from 0 to 10^12");
    if (!is_count(layer.activations)) refuse(layer, "activations are from 0 to 10^12");
    if (!is_work(layer.forward_flops) || !is_work(layer.backward_flops)) {
      refuse(layer, "FLOPs are finite and not negative");
    }
  }
  // A million layers of 10^12 each still fit 63 bits.
  if (parameters(model) > kMostParameters) {
    throw RequestError("all layers together have at most 10^15 parameters");
  }
}

std::int64_t parameters(const LayerList& model) {
  return std::transform_reduce(model.layers.begin(), model.layers.end(), std::int64_t{0},
                               std::plus<>{},
                               [](const ModelLayer& layer) { return layer.parameters; });
}

double forward_flops(const LayerList& model) {
  return std::transform_reduce(model.layers.begin(), model.layers.end(), 0.0, std::plus<>{},
                               [](const ModelLayer& layer) { return layer.forward_flops; });
}

double backward_flops(const LayerList& model) {
  return std::transform_reduce(model.layers.begin(), model.layers.end(), 0.0, std::plus<>{},
                               [](const ModelLayer& layer) { return layer.backward_flops; });
}

std::int64_t activations(const LayerList& model) {
  return std::transform_reduce(model.layers.begin(), model.layers.end(), std::int64_t{0},
                               std::plus<>{},
                               [](const ModelLayer& layer) { return layer.activations; });
}

ModelLayer convolution(std::string name, std::int64_t inputs, std::int64_t outputs,
                       std::int64_t kernel, std::int64_t input_side, std::int64_t side) {
  const std::int64_t weights = inputs * outputs * kernel * kernel;
  return layer_list::of_products(std::move(name), weights, weights * side * side,
                                 inputs * input_side * input_side);
}

ModelLayer batch_norm(std::string name, std::int64_t channels, std::int64_t side) {
  const std::int64_t numbers = channels * side * side;
  return layer_list::of_products(std::move(name), 2 * channels, numbers, numbers);
}

ModelLayer fully_connected(std::string name, std::int64_t inputs, std::int64_t outputs) {
  return layer_list::of_products(std::move(name), inputs * outputs + outputs, inputs * outputs,
                                 inputs);
}

}  // namespace commsim
