// Tensors as scenarios and the command line name them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectives/compression/tensor.hpp"
#include "core/config_reader.hpp"

namespace commsim {

/// Tensors, and how often each occurs.
struct TensorSet {
  std::vector<Tensor> tensors;
  std::vector<std::int64_t> counts;
};

/// What somebody asks for; make() throws RequestError and ConfigError.
struct TensorRequest {
  std::string text;  ///< says all of it: "gradient of 1024 x 1024 numbers, seed 1"
  std::function<TensorSet()> make;
};

/// Reads what stands under `key`: the name of a generated kind, or a map with one of `kind` (and
/// rows, columns, seed), `file` (NumPy's .npy) or `model` (generated gradients of its layers, and
/// seed). Without a key, and without a shape, about `elements` numbers are generated. Errors are
/// reported, and the answer is nothing then.
std::optional<TensorRequest> read_tensors(ConfigReader& section, std::string_view key,
                                          std::int64_t elements);

}  // namespace commsim
