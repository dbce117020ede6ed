// Several copies of a fabric side by side. The cable of each port is split, so that every copy has
// its share of the bandwidth. The routing policy says which planes a flow takes.
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/quantity_text.hpp"
#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/fabric_keys.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::planes {
namespace {

constexpr std::int64_t kMostPlanes = 64;

// Rounded down to whole bits per second.
LinkSpec share_of(LinkSpec cable, std::int64_t planes) {
  const std::int64_t bits = cable.bandwidth.bits_per_second() / planes;
  if (bits < 1) {
    throw RequestError(fmt::format("a cable of {} cannot be split into {} planes",
                                   to_text(cable.bandwidth), planes));
  }
  return {.bandwidth = Bandwidth::bits_per_second(bits), .latency = cable.latency};
}

class Planes final : public FabricPlan {
 public:
  explicit Planes(std::vector<std::unique_ptr<FabricPlan>> planes) : planes_(std::move(planes)) {}

  [[nodiscard]] TopologySize size() const override {
    const TopologySize one = planes_.front()->size();
    const std::int64_t planes = std::ssize(planes_);
    return {.devices = planes * one.devices, .links = planes * one.links};
  }

  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const override {
    std::vector<FabricPort> shares(ports.begin(), ports.end());
    for (FabricPort& port : shares) port.cable = share_of(port.cable, std::ssize(planes_));
    std::vector<std::int32_t> pods;  // of a port, the same in every plane
    for (const auto& plane : planes_) pods = plane->build(builder, shares);
    return pods;
  }

 private:
  std::vector<std::unique_ptr<FabricPlan>> planes_;
};

// Nothing if the name is wrong, which is reported.
const Fabric* read_inner(ConfigReader& section) {
  const auto* inner = section.named<Fabric>("plane", "fabric");
  if (section.raw("plane") == nullptr) return &Registry<Fabric>::get("single_switch", "fabric");
  if (inner == nullptr) {
    section.read_all_keys();  // which are legal, the fabric would tell
  } else if (inner->name == "planes") {
    section.error("plane", "planes hold no planes; legal: any other fabric");
    return nullptr;
  }
  return inner;
}

std::optional<std::int64_t> room(ConfigReader& section) {
  const Fabric* inner = read_inner(section);
  return inner == nullptr || inner->room == nullptr ? std::nullopt : inner->room(section);
}

std::unique_ptr<FabricPlan> read(ConfigReader& section, const FabricShape& shape) {
  const std::int64_t count = read_count(section, "planes", kMostPlanes);
  const Fabric* inner = read_inner(section);
  const auto share = section.checked("planes", [&] { return share_of(shape.cable, count); });
  if (inner == nullptr || !share) return nullptr;
  FabricShape one = shape;
  one.cable = *share;
  std::vector<std::unique_ptr<FabricPlan>> planes;
  for (std::int64_t i = 0; i < count; ++i) {
    one.prefix = fmt::format("{}plane{}.", shape.prefix, i);
    planes.push_back(inner->read(section, one));
    if (planes.back() == nullptr) return nullptr;
  }
  if (section.failed()) return nullptr;
  return std::make_unique<Planes>(std::move(planes));
}

constexpr std::string_view kReference =
    "Liu et al., Insights into DeepSeek-V3: scaling challenges and reflections on hardware for AI "
    "architectures, ISCA 2025, section 5.1 (multi-plane fat tree)";

const Registration<Fabric> fabric{{
    .name = "planes",
    .summary = "copies of another fabric side by side, each with its share of every NIC's cable",
    .reference = kReference,
    .read = read,
    .room = room,
}};

const Registration<TopologyKind> kind{{
    .name = "multi_plane",
    .summary = "GPUs on copies of a fabric side by side, each with its share of every GPU's cable",
    .reference = kReference,
    .build = [](ConfigReader& section) { return build_bare_fabric(section, "planes"); },
}};

}  // namespace
}  // namespace commsim::planes
