#include "topology/fabrics/groups.hpp"

#include <algorithm>

#include "topology/fabrics/fabric_keys.hpp"

namespace commsim {

std::int64_t read_groups(ConfigReader& section, std::int64_t global_ports, std::int64_t room,
                         std::optional<std::int64_t> ports) {
  const std::int64_t most = global_ports + 1;
  const std::int64_t needed = ports ? (*ports + room - 1) / room : most;
  return read_count(section, "groups", most, std::clamp<std::int64_t>(needed, 1, most));
}

void join_groups(TopologyBuilder& builder, const GlobalPorts& global,
                 std::span<const DeviceId> switches, LinkSpec cable) {
  const std::int64_t others = global.groups - 1;
  const auto owner = [&](std::int64_t group, std::int64_t port) {
    return switches[static_cast<std::size_t>(group * global.switches + port / global.each)];
  };
  for (std::int64_t round = 0; round < global.cables_of_pair(); ++round) {
    for (std::int64_t high = 1; high < global.groups; ++high) {
      for (std::int64_t low = 0; low < high; ++low) {
        // `low` is high - down and `high` is low - (groups - down), counted around.
        const std::int64_t down = high - low;
        builder.add_cable(owner(high, round * others + down - 1),
                          owner(low, round * others + global.groups - down - 1), cable, "global");
      }
    }
  }
}

}  // namespace commsim
