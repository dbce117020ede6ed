// "What is the least NIC bandwidth, the fewest servers, the largest oversubscription that still
// keeps the limits?"
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sim/plan/plan_candidate.hpp"

namespace commsim {

/// The best candidate with that value of the key, or nothing if none keeps the limits.
using Attempt = std::function<std::optional<PlanCandidate>(const std::string& value)>;

struct PlanAnswer {
  std::optional<std::string> value;   ///< nothing: no value that was tried does
  std::optional<PlanCandidate> best;  ///< with that value
  /// The next value on the other side of the answer, which does not do; nothing if the whole range
  /// does.
  std::optional<std::string> fails;
  int attempts = 0;
};

/// Tries each of at most 64 whole numbers, from the wanted end on; else halves the range until it
/// is 1 % wide (quantities with a unit, on a logarithmic scale) or two neighbouring whole numbers.
/// The limits are taken to hold from the answer on: a larger value is better if the least is
/// wanted, and the other way round. Where the better end does not do, seven values between are
/// tried, and the answer is the end, on the wanted side, of the interval around the first that
/// does. Throws RequestError for a range that is none.
PlanAnswer answer(const PlanQuestion& question, const Attempt& attempt);

}  // namespace commsim
