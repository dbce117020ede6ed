// From where to where a question looks for its answer.
#pragma once

#include <functional>
#include <string>

namespace commsim {

struct PlanRange {
  double least = 1;
  double most = 2;
  bool whole = false;                       ///< numbers without a fraction, such as of servers
  std::function<std::string(double)> text;  ///< a value as a scenario writes it
};

/// Two numbers, bandwidths, times or sizes, as a scenario writes them. Throws RequestError for what
/// is none of these, or is no range of positive values with the least first.
PlanRange range_of(const std::string& least, const std::string& most);

}  // namespace commsim
