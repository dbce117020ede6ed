// The extension point for topologies: one file builds one kind and registers it.
#pragma once

#include <optional>
#include <string_view>

#include "core/config_reader.hpp"
#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// A kind of topology as `topology.kind` names it.
struct TopologyKind {
  std::string_view name;
  std::string_view summary;    ///< one sentence
  std::string_view reference;  ///< where the structure is described
  /// Reads the section and builds the graph; reports what is wrong to the reader and then returns
  /// nothing. May throw RequestError, which is reported at the section.
  std::optional<Topology> (*build)(ConfigReader& section);
};

}  // namespace commsim
