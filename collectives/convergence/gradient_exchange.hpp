// How data-parallel workers come to the mean of their gradients.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "collectives/compression/tensor.hpp"

namespace commsim {

/// An exchange between workers. May keep state of each worker from step to step (error feedback, a
/// warm start), so that each tensor needs its own.
class GradientExchange {
 public:
  GradientExchange() = default;
  GradientExchange(const GradientExchange&) = delete;
  GradientExchange& operator=(const GradientExchange&) = delete;
  virtual ~GradientExchange() = default;

  /// Replaces `mean` by what the exchange makes of the mean of the workers' tensors, of which there
  /// is one of each worker, always in the same order. REQUIRES: they have one shape, the same at
  /// every call, and mean.size() elements.
  virtual void mean(std::span<const TensorView> gradients, std::span<float> mean) = 0;
};

/// Makes the exchange of one tensor, or one part of it, of that shape. `part` counts the parts from
/// 0, for random numbers that differ from part to part.
using ExchangeMaker =
    std::function<std::unique_ptr<GradientExchange>(TensorShape shape, std::int64_t part)>;

/// Nothing is lost: sums in double precision, rounded once.
class ExactExchange final : public GradientExchange {
 public:
  void mean(std::span<const TensorView> gradients, std::span<float> mean) override;
};

/// Makes exact exchanges.
ExchangeMaker exact_exchange();

}  // namespace commsim
