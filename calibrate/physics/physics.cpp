#include "calibrate/physics/physics.hpp"

#include <utility>

namespace commsim::physics_file {
namespace {

constexpr double kMicrosecond = 1e-6;
constexpr double kMebi = 1 << 20;
// The latencies of links in the presets of servers on InfiniBand, in seconds.
constexpr double kNvlink = 300e-9;
constexpr double kPcie = 1e-6;
constexpr double kNetwork = 350e-9;

template <typename Pointer, typename Model>
std::vector<std::pair<std::string, Pointer>> parameters_of(Model& physics) {
  std::vector<std::pair<std::string, Pointer>> all{
      {"launch", &physics.launch}, {"copy", &physics.copy}, {"tree", &physics.tree}};
  for (auto& protocol : physics.protocols) {
    all.emplace_back(protocol.name + ".start", &protocol.start);
    all.emplace_back(protocol.name + ".piece", &protocol.piece);
    for (auto& link : protocol.links) {
      const std::string name = protocol.name + '.' + link.medium;
      all.emplace_back(name + ".latency", &link.latency);
      all.emplace_back(name + ".efficiency", &link.efficiency);
    }
  }
  return all;
}

Estimate share(double value) {
  Estimate estimate = Estimate::prior(value);
  estimate.ceiling = 1;
  return estimate;
}

// A step of NCCL passes two links of its kind (GPU, switch, GPU), which share its latency; a step
// between servers also passes two of PCIe, whose latency NCCL counts in that of the network.
struct Step {
  double latency;
  double efficiency;

  [[nodiscard]] LinkPhysics on(const char* medium, double reference) const {
    return {.medium = medium,
            .latency = Estimate::prior(latency * kMicrosecond / 2),
            .efficiency = share(efficiency),
            .reference = reference};
  }
};

LinkPhysics pcie_of_the_network() {
  return {.medium = "pcie",
          .latency = Estimate::given(0),
          .efficiency = Estimate::given(1),
          .reference = kPcie};
}

ProtocolPhysics protocol(const char* name, double piece, Step inside, Step between) {
  return {.name = name,
          .start = Estimate::given(0),
          .piece = Estimate::prior(piece),
          .links = {inside.on("nvlink", kNvlink), pcie_of_the_network(),
                    between.on("network", kNetwork)}};
}

}  // namespace
}  // namespace commsim::physics_file

namespace commsim {

std::vector<std::pair<std::string, Estimate*>> Physics::parameters() {
  return physics_file::parameters_of<Estimate*>(*this);
}

std::vector<std::pair<std::string, const Estimate*>> Physics::parameters() const {
  return physics_file::parameters_of<const Estimate*>(*this);
}

const LinkPhysics* Physics::links(std::size_t protocol, std::string_view medium) const {
  const ProtocolPhysics& asked = protocols[protocol];
  for (const LinkPhysics& link : asked.links) {
    if (link.medium == medium) return &link;
  }
  for (std::size_t other = 0; other < protocols.size(); ++other) {
    if (other != protocol && protocols[other].name == asked.like) return links(other, medium);
  }
  return nullptr;
}

bool Physics::depends(std::size_t protocol, std::size_t other) const {
  return protocol == other || protocols[protocol].like == protocols[other].name;
}

Physics nccl_prior() {
  using namespace physics_file;
  // NCCL counts 240 of 300, 360 of 450 and 720 of 900 GB/s of NVLink on A100, H100 and B200.
  constexpr double kCounted = 0.8;
  // What RDMA leaves of a NIC's line rate is known well.
  ProtocolPhysics simple = protocol("Simple", 12 * kMebi, {.latency = 3.4, .efficiency = kCounted},
                                    {.latency = 14, .efficiency = 0.95});
  simple.links.back().efficiency.spread = 0.05;
  const Step multicast{.latency = 0.6, .efficiency = 0.85 * kCounted};
  ProtocolPhysics switches{.name = "NVLS",
                           .in_switch = true,
                           .start = Estimate::prior(25 * kMicrosecond),
                           .piece = Estimate::prior(16 * kMebi),
                           .links = {multicast.on("nvlink", kNvlink)},
                           .like = "Simple"};
  switches.links.front().latency.fixed = true;
  return {.launch = Estimate::prior(6.6 * kMicrosecond),
          .copy = Estimate::prior(1e12),
          .tree = share(0.92 * 7 / 8),
          .protocols = {
              protocol("LL", 0.75 * kMebi, {.latency = 0.6, .efficiency = 0.5 * kCounted},
                       {.latency = 2.7, .efficiency = 0.3}),
              protocol("LL128", 0.75 * kMebi, {.latency = 1.9, .efficiency = 0.92 * kCounted},
                       {.latency = 4, .efficiency = 0.92}),
              std::move(simple),
              std::move(switches),
          }};
}

}  // namespace commsim
