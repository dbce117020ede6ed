// "Did you mean ...?": the legal name that is nearest to what was typed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace commsim {

/// The candidate at the least edit distance (insertions, deletions, replacements and swaps of
/// neighbours each count one; case is ignored), or nothing when even that one is too far to be
/// meant.
std::optional<std::string> nearest_name(std::string_view typed,
                                        std::span<const std::string> candidates);

/// "; did you mean 'x'? (legal: a, b, x)", for the end of a refusal.
std::string suggestion(std::string_view typed, std::span<const std::string> legal);

}  // namespace commsim
