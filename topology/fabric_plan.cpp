#include "topology/fabric_plan.hpp"

#include <algorithm>
#include <numeric>

namespace commsim {

std::int64_t FabricShape::ports() const {
  return std::accumulate(ports_of_server.begin(), ports_of_server.end(), std::int64_t{0});
}

std::int32_t FabricShape::rails() const {
  return ports_of_server.empty() ? 0 : *std::ranges::max_element(ports_of_server);
}

}  // namespace commsim
