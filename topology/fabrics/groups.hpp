// Groups of switches, each joined to all others by global links: what dragonflies share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "topology/fabric_plan.hpp"

namespace commsim {

/// The ports that a group has for links to other groups.
struct GlobalPorts {
  std::int64_t switches = 1;  ///< of each group that have such ports
  std::int64_t each = 1;      ///< of such a switch
  std::int64_t groups = 1;    ///< at most switches x each + 1

  /// Every two groups are joined by so many cables; ports that do not suffice for one more round
  /// stay free.
  [[nodiscard]] std::int64_t cables_of_pair() const {
    return groups == 1 ? 0 : switches * each / (groups - 1);
  }
  [[nodiscard]] std::int64_t cables() const { return groups * (groups - 1) / 2 * cables_of_pair(); }
};

/// The key `groups`: from 1 to as many as `global_ports` of a group can join. The default is the
/// fewest that hold `ports` with `room` for each group (or all, if they do not suffice, or if the
/// number of ports is not known), so that no group is empty. With one group nothing is left to
/// join. REQUIRES: room >= 1.
std::int64_t read_groups(ConfigReader& section, std::int64_t global_ports, std::int64_t room,
                         std::optional<std::int64_t> ports);

/// Adds the cables between groups in the palm tree arrangement: global port k of group G leads to
/// group G - k - 1, counted around, and the switches take the ports in turn. `switches` holds those
/// of each group, group by group. (Camarero, Vallejo and Beivide, Topological characterization of
/// Hamming and dragonfly networks and its implications on routing, ACM TACO 11(4), 2014.)
void join_groups(TopologyBuilder& builder, const GlobalPorts& global,
                 std::span<const DeviceId> switches, LinkSpec cable);

}  // namespace commsim
