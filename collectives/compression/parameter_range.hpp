// Reads one parameter of a codec and refuses what it cannot take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace commsim {

/// The parameter, or `standard` where it is absent; throws RequestError outside [least, most].
inline std::int64_t in_range(std::optional<std::int64_t> parameter, std::string_view name,
                             std::int64_t standard, std::int64_t least, std::int64_t most) {
  const std::int64_t number = parameter.value_or(standard);
  if (number >= least && number <= most) return number;
  throw RequestError(std::string(name) + " is " + std::to_string(number) + "; it must be " +
                     std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace commsim
