#include "calibrate/probe/host/case.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {

std::string key(const Case& which) {
  return which.suite + ',' + which.operation + ',' + which.dtype + ',' + which.algorithm + ',' +
         which.protocol + ',' + std::to_string(which.blocks) + ',' + std::to_string(which.size);
}

Case parse_case(const std::string& line) {
  constexpr std::size_t kParts = 7;
  const auto parts = split(line, ',');
  if (parts.size() != kParts) throw std::invalid_argument("'" + line + "' is no case");
  const std::uint64_t blocks = parse_count(parts[5]);
  if (blocks > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
    throw std::invalid_argument("'" + line + "' is no case");
  }
  return {parts[0],
          parts[1],
          parts[2],
          parts[3],
          parts[4],
          static_cast<int>(blocks),
          parse_count(parts[6])};
}

}  // namespace commsim::probe
