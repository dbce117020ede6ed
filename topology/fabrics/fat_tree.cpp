// The k-ary fat tree: k pods, each of k/2 edge switches with k/2 ports below and of k/2 aggregation
// switches, and (k/2)^2 cores. All switches have k ports and all cables are alike, so that any
// half of the k^3/4 ports can send to the other half at full rate.
#include <fmt/format.h>

#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/fabric_keys.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::fat_tree {
namespace {

constexpr std::int64_t kMostArity = 160;  // 1'024'000 ports

std::int64_t ports_of(std::int64_t arity) { return arity * arity * arity / 4; }

class FatTree final : public FabricPlan {
 public:
  FatTree(const FabricShape& shape, std::int64_t arity, Duration latency)
      : prefix_(shape.prefix),
        half_(arity / 2),
        pods_(arity),
        ports_(shape.ports()),
        cable_{.bandwidth = shape.cable.bandwidth, .latency = latency} {}

  [[nodiscard]] TopologySize size() const override {
    return {.devices = pods_ * 2 * half_ + half_ * half_,
            .links = 2 * (ports_ + 2 * pods_ * half_ * half_)};
  }

  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const override {
    const auto row = [&](std::int64_t count, const std::string& name) {
      std::vector<DeviceId> ids;
      for (std::int64_t i = 0; i < count; ++i) {
        ids.push_back(builder.add_device(DeviceKind::kSwitch, fmt::format("{}{}", name, i)));
      }
      return ids;
    };
    const auto cores = row(half_ * half_, prefix_ + "core");
    std::vector<DeviceId> edges;
    for (std::int64_t pod = 0; pod < pods_; ++pod) {
      const std::string name = fmt::format("{}pod{}.", prefix_, pod);
      const auto below = row(half_, name + "edge");
      const auto above = row(half_, name + "agg");
      for (const DeviceId edge : below) {
        for (const DeviceId agg : above) builder.add_cable(edge, agg, cable_, "spine");
      }
      // Aggregation switch i of every pod meets the cores of group i.
      for (std::size_t c = 0; c < cores.size(); ++c) {
        builder.add_cable(above[c / above.size()], cores[c], cable_, "core");
      }
      edges.insert(edges.end(), below.begin(), below.end());
    }
    std::vector<std::int32_t> pods;
    for (std::int64_t i = 0; i < std::ssize(ports); ++i) {
      const FabricPort& port = ports[static_cast<std::size_t>(i)];
      const DeviceId edge = edges[static_cast<std::size_t>(i / half_)];
      builder.add_cable(port.device, edge, port.cable, "network");
      pods.push_back(static_cast<std::int32_t>(i / half_ / half_));
    }
    return pods;
  }

 private:
  std::string prefix_;
  std::int64_t half_;
  std::int64_t pods_;
  std::int64_t ports_;
  LinkSpec cable_;  // between switches
};

std::optional<std::int64_t> read_arity(ConfigReader& section) {
  const auto arity = section.whole("arity", {.least = 2, .most = kMostArity});
  if (arity && *arity % 2 != 0) {
    section.error("arity",
                  fmt::format("{} is odd; legal: even numbers from 2 to {}", *arity, kMostArity));
  }
  return arity;
}

std::optional<std::int64_t> room(ConfigReader& section) {
  const auto arity = read_arity(section);
  return arity ? std::optional(ports_of(*arity)) : std::nullopt;
}

std::int64_t least_arity(std::int64_t ports) {
  std::int64_t arity = 2;
  while (ports_of(arity) < ports && arity < kMostArity) arity += 2;
  return arity;
}

std::unique_ptr<FabricPlan> read(ConfigReader& section, const FabricShape& shape) {
  const std::int64_t arity = read_arity(section).value_or(least_arity(shape.ports()));
  const Duration latency = read_fabric_latency(section, shape);
  refuse_too_many_ports(section, shape, ports_of(arity));
  if (section.failed()) return nullptr;
  return std::make_unique<FatTree>(shape, arity, latency);
}

constexpr std::string_view kReference =
    "Al-Fares, Loukissas and Vahdat, A scalable, commodity data center network architecture, "
    "SIGCOMM 2008";

const Registration<Fabric> fabric{{
    .name = "fat_tree",
    .summary = "the k-ary fat tree of equal switches and cables, with room for k^3/4 NICs",
    .reference = kReference,
    .read = read,
    .room = room,
}};

const Registration<TopologyKind> kind{{
    .name = "fat_tree",
    .summary = "GPUs on the k-ary fat tree of equal switches and cables, up to k^3/4 of them",
    .reference = kReference,
    .build = [](ConfigReader& section) { return build_bare_fabric(section, "fat_tree"); },
}};

}  // namespace
}  // namespace commsim::fat_tree
