// The optional keys of a `collective:` section, which depend on the algorithm.
#pragma once

#include <span>
#include <string_view>

#include "collectives/algorithm.hpp"
#include "core/config_reader.hpp"

namespace commsim {

/// Reads the parameters of those names into the call, each once. Others are not asked for, so that
/// a key that none of the chosen algorithms takes comes out as unknown.
void read_parameters(ConfigReader& section, std::span<const std::string_view> names,
                     CollectiveCall& call);

/// Counts the keys of all algorithms as known: after an error that leaves open which are legal.
void know_all_parameters(ConfigReader& section);

}  // namespace commsim
