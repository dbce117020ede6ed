#include "topology/fabrics/groups.hpp"

#include "topology/fabrics/fabric_keys.hpp"

namespace commsim {

std::int64_t read_groups(ConfigReader& section, std::int64_t ports_of_group) {
  return read_count(section, "groups", ports_of_group + 1, ports_of_group + 1);
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
