#include "topology/servers/server_nic_pairs.hpp"

#include <algorithm>

#include "topology/servers/part_name.hpp"

namespace commsim {
namespace {

class NicPairs final : public ServerPart {
 public:
  NicPairs(int gpus, int nics, LinkSpec cable) : gpus_(gpus), nics_(nics), cable_(cable) {}

  [[nodiscard]] TopologySize size(bool networked) const override {
    if (!networked) return {};
    return {.devices = nics_, .links = std::int64_t{2} * std::max(gpus_, nics_)};
  }

  void add(TopologyBuilder& builder, std::int32_t index, bool networked,
           BuiltServer& server) const override {
    if (!networked) return;
    add_nics(builder, index, nics_, server);
    const auto gpus = static_cast<std::size_t>(gpus_);
    const auto nics = static_cast<std::size_t>(nics_);
    const std::size_t pairs = std::max(gpus, nics);
    for (std::size_t i = 0; i < pairs; ++i) {
      builder.add_cable(server.gpus[i * gpus / pairs], server.nics[i * nics / pairs], cable_,
                        "pcie");
    }
  }

 private:
  int gpus_;
  int nics_;
  LinkSpec cable_;
};

}  // namespace

std::unique_ptr<ServerPart> read_nic_pairs(ServerKeys& keys) {
  const LinkSpec cable = keys.link("gpu_nic", &ServerSpec::gpu_nic, keys.networked());
  return std::make_unique<NicPairs>(keys.gpus(), keys.nics(), cable);
}

void add_nics(TopologyBuilder& builder, std::int32_t index, int count, BuiltServer& server) {
  for (int n = 0; n < count; ++n) {
    server.nics.push_back(builder.add_device(DeviceKind::kNic, part_name(index, "nic", n), index));
  }
}

}  // namespace commsim
