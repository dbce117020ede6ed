#include "topology/fabrics/tier.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace commsim {

void Tier::add_switch(TopologyBuilder& builder, std::string name) {
  switches_.push_back(builder.add_device(DeviceKind::kSwitch, std::move(name)));
  below_.emplace_back(0);
}

void Tier::plug_in(TopologyBuilder& builder, std::size_t at, const FabricPort& port) {
  builder.add_cable(port.device, switches_[at], port.cable, "network");
  below_[at] += port.cable.bandwidth.bits_per_second();
}

void Tier::join(TopologyBuilder& builder, std::size_t at, Tier& above, std::size_t above_at,
                const Uplinks& uplinks) const {
  constexpr std::int64_t kMillion = 1'000'000;
  if (below_[at] == 0) return;
  const Int128 up =
      below_[at] * kMillion / uplinks.oversubscription.millionths / Int128{uplinks.cables};
  if (up < 1 || up > Int128{INT64_MAX}) {
    throw RequestError(
        fmt::format("the cable from {} would have {} bandwidth; change {}",
                    uplinks.medium == "core" ? "a spine to a core" : "a leaf to a spine",
                    up < 1 ? "no" : "too much", uplinks.keys));
  }
  const LinkSpec cable{.bandwidth = Bandwidth::bits_per_second(static_cast<std::int64_t>(up)),
                       .latency = uplinks.latency};
  builder.add_cable(switches_[at], above.switches_[above_at], cable, uplinks.medium);
  above.below_[above_at] += up;
}

}  // namespace commsim
