// A fabric without servers: GPUs by themselves on its ports.
#pragma once

#include <optional>
#include <string_view>

#include "core/config_reader.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Reads `link`, the cable of each GPU, `ranks`, which may be absent where the fabric has room for
/// a certain number, and the keys of that fabric; then builds it. The contract is that of
/// TopologyKind::build. REQUIRES: the name of a fabric.
std::optional<Topology> build_bare_fabric(ConfigReader& section, std::string_view name);

}  // namespace commsim
