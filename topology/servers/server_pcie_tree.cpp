#include "topology/servers/server_pcie_tree.hpp"

#include <fmt/format.h>

#include "topology/servers/server_nic_pairs.hpp"

namespace commsim {
namespace {

class PcieTree final : public ServerPart {
 public:
  PcieTree(int gpus, int nics, PcieShape shape, LinkSpec link, LinkSpec socket_link)
      : gpus_(gpus), nics_(nics), shape_(shape), link_(link), socket_link_(socket_link) {}

  [[nodiscard]] TopologySize size(bool networked) const override {
    const std::int64_t sockets = shape_.sockets;
    const std::int64_t switches = switch_count();
    const std::int64_t nics = networked ? nics_ : 0;
    const std::int64_t cables = sockets * (sockets - 1) / 2 + switches + gpus_ + nics;
    return {.devices = sockets + switches + nics, .links = 2 * cables};
  }

  void add(TopologyBuilder& builder, std::int32_t index, bool networked,
           BuiltServer& server) const override {
    const std::vector<DeviceId> cpus = add_cpus(builder, index);
    const std::vector<DeviceId> switches = add_switches(builder, index, cpus);
    const auto& slots = switches.empty() ? cpus : switches;
    const auto gpus = static_cast<std::size_t>(gpus_);
    for (std::size_t g = 0; g < gpus; ++g) {
      const std::size_t slot = switches.empty()
                                   ? g * slots.size() / gpus
                                   : g / static_cast<std::size_t>(shape_.gpus_per_switch);
      builder.add_cable(server.gpus[g], slots[slot], link_, "pcie");
    }
    if (!networked) return;
    add_nics(builder, index, nics_, server);
    const auto nics = static_cast<std::size_t>(nics_);
    for (std::size_t n = 0; n < nics; ++n) {
      builder.add_cable(server.nics[n], slots[n * slots.size() / nics], link_, "pcie");
    }
  }

 private:
  [[nodiscard]] int switch_count() const {
    if (shape_.gpus_per_switch == 0) return 0;
    return (gpus_ + shape_.gpus_per_switch - 1) / shape_.gpus_per_switch;
  }

  std::vector<DeviceId> add_cpus(TopologyBuilder& builder, std::int32_t index) const {
    std::vector<DeviceId> cpus;
    cpus.reserve(static_cast<std::size_t>(shape_.sockets));
    for (int c = 0; c < shape_.sockets; ++c) {
      cpus.push_back(
          builder.add_device(DeviceKind::kHost, fmt::format("s{}.cpu{}", index, c), index));
    }
    for (std::size_t a = 0; a < cpus.size(); ++a) {
      for (std::size_t b = a + 1; b < cpus.size(); ++b) {
        builder.add_cable(cpus[a], cpus[b], socket_link_, "socket");
      }
    }
    return cpus;
  }

  std::vector<DeviceId> add_switches(TopologyBuilder& builder, std::int32_t index,
                                     const std::vector<DeviceId>& cpus) const {
    const auto count = static_cast<std::size_t>(switch_count());
    std::vector<DeviceId> switches;
    switches.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      switches.push_back(
          builder.add_device(DeviceKind::kSwitch, fmt::format("s{}.pcie{}", index, i), index));
      builder.add_cable(switches[i], cpus[i * cpus.size() / count], link_, "pcie");
    }
    return switches;
  }

  int gpus_;
  int nics_;
  PcieShape shape_;
  LinkSpec link_;
  LinkSpec socket_link_;
};

}  // namespace

std::unique_ptr<ServerPart> read_pcie_tree(ServerKeys& keys, PcieShape shape) {
  const LinkSpec link = keys.link("pcie_link", &ServerSpec::pcie_link, true);
  const LinkSpec sockets = keys.link("socket_link", &ServerSpec::socket_link, shape.sockets > 1);
  return std::make_unique<PcieTree>(keys.gpus(), keys.nics(), shape, link, sockets);
}

}  // namespace commsim
