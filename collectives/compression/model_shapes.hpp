// The tensors whose gradients well-known models exchange: the extension point for models.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "collectives/compression/tensor.hpp"
#include "core/registry.hpp"

namespace commsim {

/// Parameters of one layer, and how many layers have such.
struct ModelTensor {
  std::string_view name;
  TensorShape shape;
  std::int64_t count = 1;
};

/// A registered model: Registry<ModelShapes>::get(name, "model").
struct ModelShapes {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;  ///< where its sizes are published
  std::vector<ModelTensor> tensors;

  /// Parameters of the whole model.
  [[nodiscard]] std::int64_t elements() const;
};

}  // namespace commsim
