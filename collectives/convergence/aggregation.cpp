#include "collectives/convergence/aggregation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"

namespace commsim::convergence_aggregation {
namespace {

constexpr std::array<std::pair<std::string_view, Aggregation>, 4> kAggregations = {
    {{"mean", {}},
     {"weighted", {.weighted = true}},
     {"block_wise", {.cut = GradientCut::kBlocks}},
     {"layer_wise", {.cut = GradientCut::kLayers}}}};

struct Part {
  std::size_t begin = 0;
  TensorShape shape;
  std::unique_ptr<GradientExchange> exchange;
};

// Parts of the gradient, each with an exchange of its own.
class CutExchange final : public GradientExchange {
 public:
  CutExchange(const std::vector<TensorShape>& shapes, const ExchangeMaker& make) {
    for (const TensorShape& shape : shapes) {
      const auto number = static_cast<std::int64_t>(parts_.size());
      parts_.push_back({.begin = size_, .shape = shape, .exchange = make(shape, number)});
      size_ += index(shape.elements());
    }
  }

  void mean(std::span<const TensorView> gradients, std::span<float> mean) override {
    ensure(mean.size() == size_, "the parts are the whole gradient");
    std::vector<TensorView> views(gradients.size());
    for (Part& part : parts_) {
      const std::size_t size = index(part.shape.elements());
      for (std::size_t i = 0; i < gradients.size(); ++i) {
        views[i] = {gradients[i].values.subspan(part.begin, size), part.shape};
      }
      part.exchange->mean(views, mean.subspan(part.begin, size));
    }
  }

 private:
  std::vector<Part> parts_;
  std::size_t size_ = 0;
};

class WeightedExchange final : public GradientExchange {
 public:
  WeightedExchange(const std::vector<std::int64_t>& samples,
                   std::unique_ptr<GradientExchange> exchange)
      : exchange_(std::move(exchange)) {
    const auto sum = std::accumulate(samples.begin(), samples.end(), std::int64_t{0});
    const auto workers = static_cast<std::int64_t>(samples.size());
    for (const std::int64_t count : samples) {
      weights_.push_back(static_cast<double>(workers * count) / static_cast<double>(sum));
    }
  }

  void mean(std::span<const TensorView> gradients, std::span<float> mean) override {
    ensure(gradients.size() == weights_.size(), "each worker has a weight");
    std::vector<std::vector<float>> scaled(gradients.size());
    std::vector<TensorView> views(gradients.size());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      const TensorView& gradient = gradients[i];
      scaled[i].reserve(gradient.values.size());
      for (const float value : gradient.values) {
        scaled[i].push_back(static_cast<float>(weights_[i] * value));
      }
      views[i] = {scaled[i], gradient.shape};
    }
    exchange_->mean(views, mean);
  }

 private:
  std::vector<double> weights_;
  std::unique_ptr<GradientExchange> exchange_;
};

std::vector<TensorShape> parts_of(const Aggregation& aggregation,
                                  const std::vector<TensorShape>& layers) {
  if (aggregation.cut == GradientCut::kLayers) return layers;
  std::int64_t left = 0;
  for (const TensorShape& layer : layers) left += layer.elements();
  const std::int64_t block = aggregation.cut == GradientCut::kBlocks ? aggregation.block : left;
  std::vector<TensorShape> parts;
  for (; left > 0; left -= parts.back().columns) {
    parts.push_back({.rows = 1, .columns = std::min(left, block)});
  }
  return parts;
}

}  // namespace
}  // namespace commsim::convergence_aggregation

namespace commsim {

const std::vector<std::string>& aggregation_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    all.reserve(convergence_aggregation::kAggregations.size());
    for (const auto& [name, value] : convergence_aggregation::kAggregations) all.emplace_back(name);
    return all;
  }();
  return names;
}

Aggregation aggregation_of(std::string_view name) {
  for (const auto& [known, value] : convergence_aggregation::kAggregations) {
    if (known == name) return value;
  }
  throw RequestError(
      fmt::format("unknown aggregation '{}'{}", name, suggestion(name, aggregation_names())));
}

std::unique_ptr<GradientExchange> aggregate(const Aggregation& aggregation,
                                            const std::vector<TensorShape>& layers,
                                            const std::vector<std::int64_t>& samples,
                                            const ExchangeMaker& make) {
  if (aggregation.block < 1) {
    throw RequestError(
        fmt::format("blocks of {} elements: at least 1 is legal", aggregation.block));
  }
  std::unique_ptr<GradientExchange> exchange =
      std::make_unique<convergence_aggregation::CutExchange>(
          convergence_aggregation::parts_of(aggregation, layers), make);
  if (!aggregation.weighted) return exchange;
  return std::make_unique<convergence_aggregation::WeightedExchange>(samples, std::move(exchange));
}

}  // namespace commsim
