// A model as a list of layers, for whatever is no transformer. It is trained with data parallelism
// only, since nothing is known of how to divide a layer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace commsim {

/// One layer, for one sample.
struct ModelLayer {
  std::string name;
  std::int64_t parameters = 0;
  double forward_flops = 0;      ///< a multiplication and an addition are two
  double backward_flops = 0;     ///< usually twice the forward ones: for the input and the weights
  std::int64_t activations = 0;  ///< numbers kept from the forward to the backward pass
};

struct LayerList {
  std::vector<ModelLayer> layers;  ///< in the order of the forward pass
};

/// Throws RequestError with what is legal: at least one layer, nothing negative or infinite, sums
/// that fit.
void validate(const LayerList& model);

std::int64_t parameters(const LayerList& model);
/// Of one sample.
double forward_flops(const LayerList& model);
double backward_flops(const LayerList& model);
/// Numbers that one sample keeps between its passes.
std::int64_t activations(const LayerList& model);

/// A convolution without bias on a square image of `inputs` channels that comes out `side` wide.
/// Kept for the backward pass is its input, `input_side` wide.
ModelLayer convolution(std::string name, std::int64_t inputs, std::int64_t outputs,
                       std::int64_t kernel, std::int64_t input_side, std::int64_t side);
/// Batch normalisation: gain and bias for each channel; its input is kept.
ModelLayer batch_norm(std::string name, std::int64_t channels, std::int64_t side);
/// A matrix with a bias.
ModelLayer fully_connected(std::string name, std::int64_t inputs, std::int64_t outputs);

}  // namespace commsim
