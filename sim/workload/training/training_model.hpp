// Models by name: the extension point for what is trained.
#pragma once

#include <string_view>
#include <variant>

#include "core/registry.hpp"
#include "sim/workload/training/layer_list.hpp"
#include "sim/workload/training/transformer.hpp"

namespace commsim {

/// A registered model: Registry<TrainingModel>::get(name, "model").
struct TrainingModel {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;  ///< where its sizes are published
  std::variant<TransformerModel, LayerList> shape;
};

}  // namespace commsim
