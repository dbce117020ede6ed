// Every GPU on one ideal switch. The several NVSwitches of a real server carry whatever its GPUs
// send, so that one stands for all of them.
#include <fmt/format.h>

#include "topology/servers/server_nic_pairs.hpp"

namespace commsim::switch_wiring {
namespace {

class OneSwitch final : public ServerPart {
 public:
  OneSwitch(int gpus, LinkSpec cable, bool reduces)
      : gpus_(gpus), cable_(cable), reduces_(reduces) {}

  [[nodiscard]] TopologySize size(bool /*networked*/) const override {
    if (gpus_ == 1) return {};
    return {.devices = 1, .links = std::int64_t{2} * gpus_};
  }

  void add(TopologyBuilder& builder, std::int32_t index, bool /*networked*/,
           BuiltServer& server) const override {
    if (gpus_ == 1) return;
    const DeviceId nvswitch =
        builder.add_device(DeviceKind::kSwitch, fmt::format("s{}.nvswitch", index), index);
    builder.set_reduces(nvswitch, reduces_);
    for (const DeviceId gpu : server.gpus) builder.add_cable(gpu, nvswitch, cable_, "nvlink");
  }

 private:
  int gpus_;
  LinkSpec cable_;
  bool reduces_;
};

std::vector<std::unique_ptr<ServerPart>> read(ServerKeys& keys) {
  const LinkSpec cable = keys.link("gpu_link", &ServerSpec::gpu_link, keys.gpus() > 1);
  std::vector<std::unique_ptr<ServerPart>> parts;
  parts.push_back(
      std::make_unique<OneSwitch>(keys.gpus(), cable, keys.flag("nvls", &ServerSpec::nvls, true)));
  parts.push_back(read_nic_pairs(keys));
  return parts;
}

const Registration<Wiring> registration{{
    .name = "switch",
    .summary = "every GPU of a server on one switch",
    .reference = "NVIDIA NVSwitch and HGX A100 (Hot Chips 32, 2020)",
    .read = read,
}};

}  // namespace
}  // namespace commsim::switch_wiring
