// What of the gradient is exchanged together, and how much each worker's counts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/convergence/gradient_exchange.hpp"

namespace commsim {

/// What is one message: codecs take the scale, the threshold or the matrix from it.
enum class GradientCut : std::uint8_t {
  kWhole,   ///< the gradient of the whole model, as one vector
  kBlocks,  ///< vectors of `block` elements, and of what is left
  kLayers,  ///< each parameter tensor in its own shape
};

struct Aggregation {
  GradientCut cut = GradientCut::kWhole;
  /// Whether gradients count by the numbers of their workers' samples, so that the mean is that of
  /// all samples; they count alike if not.
  bool weighted = false;
  std::int64_t block = 256;
};

/// "mean", "weighted", "block_wise" and "layer_wise".
const std::vector<std::string>& aggregation_names();
/// The aggregation of that name; throws RequestError with the legal ones.
Aggregation aggregation_of(std::string_view name);

/// The exchange of gradients that are the tensors `layers`, one after another, of workers with
/// `samples` samples each. Weights multiply what workers send: w_i = W n_i / (n_1 + ... + n_W), and
/// the mean of w_i g_i is the weighted one. Throws RequestError for a block below 1. REQUIRES: no
/// empty layer, a worker, and positive samples.
std::unique_ptr<GradientExchange> aggregate(const Aggregation& aggregation,
                                            const std::vector<TensorShape>& layers,
                                            const std::vector<std::int64_t>& samples,
                                            const ExchangeMaker& make);

}  // namespace commsim
