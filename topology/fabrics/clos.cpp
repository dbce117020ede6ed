// Three tiers. Servers stand on leaves, the leaves of a pod on its spines, and spine i of every pod
// on the cores of group i; each tier may be oversubscribed. A lone leaf has no spine above it, and
// a lone pod has no core.
#include <fmt/format.h>

#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/leaf_fabric.hpp"
#include "topology/fabrics/tier.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::clos {
namespace {

struct Parameters {
  std::int64_t servers_per_leaf = 1;
  std::int64_t rails = 1;  ///< leaves on which these servers stand: NIC i on the i-th of them
  std::int64_t leaves_per_pod = 1;
  Spines spines;  ///< of a pod
  std::int64_t cores = 1;
  Oversubscription core_oversubscription;
};

std::int64_t ratio_up(std::int64_t all, std::int64_t each) { return (all + each - 1) / each; }

class Clos final : public FabricPlan {
 public:
  Clos(const FabricShape& shape, const Parameters& parameters)
      : prefix_(shape.prefix),
        of_(parameters),
        ports_(shape.ports()),
        leaves_(ratio_up(shape.servers(), of_.servers_per_leaf) * of_.rails),
        pods_(ratio_up(leaves_, of_.leaves_per_pod)),
        spines_(leaves_ > 1 ? of_.spines.count : 0),
        cores_(pods_ > 1 ? of_.cores : 0) {}

  [[nodiscard]] TopologySize size() const override {
    // Each spine has a cable to each core of its group.
    return {.devices = leaves_ + pods_ * spines_ + cores_,
            .links = 2 * (ports_ + leaves_ * spines_ + pods_ * cores_)};
  }

  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const override {
    Tier leaves;
    for (std::int64_t i = 0; i < leaves_; ++i) {
      leaves.add_switch(builder, fmt::format("{}leaf{}", prefix_, i));
    }
    std::vector<std::int32_t> pods;
    pods.reserve(ports.size());
    for (const FabricPort& port : ports) {
      const std::int64_t leaf =
          port.server / of_.servers_per_leaf * of_.rails + port.rail % of_.rails;
      leaves.plug_in(builder, static_cast<std::size_t>(leaf), port);
      pods.push_back(static_cast<std::int32_t>(leaf / of_.leaves_per_pod));
    }
    Tier spines = add_spines(builder, leaves);
    add_cores(builder, spines);
    return pods;
  }

 private:
  Tier add_spines(TopologyBuilder& builder, const Tier& leaves) const {
    const Tier::Uplinks uplinks{.cables = spines_,
                                .oversubscription = of_.spines.oversubscription,
                                .latency = of_.spines.latency,
                                .medium = "spine",
                                .keys = "'spines' or 'oversubscription'"};
    Tier spines;
    for (std::int64_t pod = 0; pod < pods_; ++pod) {
      const std::int64_t first = pod * of_.leaves_per_pod;
      const std::int64_t end = std::min(first + of_.leaves_per_pod, leaves_);
      for (std::int64_t s = 0; s < spines_; ++s) {
        spines.add_switch(builder, fmt::format("{}pod{}.spine{}", prefix_, pod, s));
        for (std::int64_t leaf = first; leaf < end; ++leaf) {
          leaves.join(builder, static_cast<std::size_t>(leaf), spines, spines.size() - 1, uplinks);
        }
      }
    }
    return spines;
  }

  void add_cores(TopologyBuilder& builder, const Tier& spines) const {
    if (cores_ == 0) return;
    const std::int64_t of_group = cores_ / spines_;
    const Tier::Uplinks uplinks{.cables = of_group,
                                .oversubscription = of_.core_oversubscription,
                                .latency = of_.spines.latency,
                                .medium = "core",
                                .keys = "'cores' or 'core_oversubscription'"};
    Tier cores;
    for (std::int64_t c = 0; c < cores_; ++c) {
      cores.add_switch(builder, fmt::format("{}core{}", prefix_, c));
      for (std::int64_t pod = 0; pod < pods_; ++pod) {
        const std::int64_t spine = pod * spines_ + c / of_group;
        spines.join(builder, static_cast<std::size_t>(spine), cores, cores.size() - 1, uplinks);
      }
    }
  }

  std::string prefix_;
  Parameters of_;
  std::int64_t ports_;
  std::int64_t leaves_;
  std::int64_t pods_;
  std::int64_t spines_;  // of each pod
  std::int64_t cores_;
};

// What stands above the leaves.
std::unique_ptr<FabricPlan> read_rest(ConfigReader& section, const FabricShape& shape,
                                      Parameters of) {
  constexpr std::int64_t kMostCores = std::int64_t{1} << 20U;
  of.spines = read_spines(section, shape);
  of.cores = read_count(section, "cores", kMostCores, of.spines.count);
  of.core_oversubscription = read_oversubscription(section, "core_oversubscription");
  if (of.cores % of.spines.count != 0) {
    section.error("cores", fmt::format("{} cores cannot be shared out to {} spines; legal: a "
                                       "multiple of 'spines'",
                                       of.cores, of.spines.count));
  }
  if (section.failed()) return nullptr;
  return std::make_unique<Clos>(shape, of);
}

std::unique_ptr<FabricPlan> read(ConfigReader& section, const FabricShape& shape) {
  Parameters of;
  of.servers_per_leaf = read_servers_per_leaf(section, shape);
  of.leaves_per_pod = read_count(section, "leaves_per_pod", TopologyBuilder::kMostRanks);
  return read_rest(section, shape, of);
}

std::unique_ptr<FabricPlan> read_by_rail(ConfigReader& section, const FabricShape& shape) {
  Parameters of{.rails = shape.rails()};
  of.servers_per_leaf = read_servers_per_leaf(section, shape);
  const std::int64_t servers_per_pod =
      read_count(section, "servers_per_pod", TopologyBuilder::kMostRanks, of.servers_per_leaf);
  if (servers_per_pod % of.servers_per_leaf != 0) {
    section.error("servers_per_pod",
                  fmt::format("{} servers leave a leaf half in a pod; legal: a multiple of "
                              "'servers_per_leaf', {}",
                              servers_per_pod, of.servers_per_leaf));
  }
  of.leaves_per_pod = servers_per_pod / of.servers_per_leaf * of.rails;
  return read_rest(section, shape, of);
}

const Registration<Fabric> fabric{{
    .name = "clos",
    .summary =
        "three tiers: servers on leaves, leaves of a pod on its spines, spine i of every pod "
        "on the cores of group i",
    .reference = "Clos, A study of non-blocking switching networks, Bell System Technical Journal "
                 "32(2), 1953; Singh et al., Jupiter rising, SIGCOMM 2015",
    .read = read,
}};

const Registration<Fabric> by_rail{{
    .name = "rail_optimised_clos",
    .summary = "three tiers: NIC i of a few servers on the i-th of their leaves, the leaves of a "
               "pod on its spines, spine i of every pod on the cores of group i",
    .reference = "NVIDIA DGX SuperPOD reference architectures (compute fabric); Qian et al., "
                 "Alibaba HPN, SIGCOMM 2024",
    .read = read_by_rail,
}};

const Registration<TopologyKind> kind{{
    .name = "clos",
    .summary = "GPUs on three tiers of switches: leaves, the spines of a pod, cores",
    .reference = "Clos, A study of non-blocking switching networks, Bell System Technical Journal "
                 "32(2), 1953; Singh et al., Jupiter rising, SIGCOMM 2015",
    .build = [](ConfigReader& section) { return build_bare_fabric(section, "clos"); },
}};

}  // namespace
}  // namespace commsim::clos
