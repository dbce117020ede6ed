// Accelerators that are sold as tori; every figure names its source.
#pragma once

#include <string_view>

#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// A torus by name, such as "tpu_v4".
struct TorusPreset {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  int dimensions = 1;
  LinkSpec link;  ///< between neighbours, each way
};

}  // namespace commsim
