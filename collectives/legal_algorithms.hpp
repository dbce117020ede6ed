// Which algorithms may stand in for others, or inside others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/algorithm.hpp"

namespace commsim {

/// The algorithms of a collective but `self`.
std::vector<std::string> algorithms_but(CollectiveKind kind, std::string_view self);

/// "legal here: " and the algorithms of a collective but `self`: the end of a refusal.
std::string legal_instead(CollectiveKind kind, std::string_view self);

/// What both reduce-scatter and all-gather can do, but `self`.
std::vector<std::string> inner_algorithms(std::string_view self);

/// `name`, or `fallback`; throws RequestError with the legal ones unless it is legal. `key` is the
/// parameter that named it.
std::string chosen_algorithm(std::string_view key, const std::optional<std::string>& name,
                             std::string_view fallback, const std::vector<std::string>& legal);

/// Throws RequestError with the sizes that there are, unless all servers have equally many ranks.
void refuse_unequal_servers(const CollectiveCall& call, std::string_view self);

}  // namespace commsim
