// A cable between each two GPUs of a server.
#include "topology/servers/server_nic_pairs.hpp"

namespace commsim::mesh_wiring {
namespace {

class Mesh final : public ServerPart {
 public:
  Mesh(int gpus, LinkSpec cable) : gpus_(gpus), cable_(cable) {}

  [[nodiscard]] TopologySize size(bool /*networked*/) const override {
    return {.links = std::int64_t{gpus_} * (gpus_ - 1)};
  }

  void add(TopologyBuilder& builder, std::int32_t /*index*/, bool /*networked*/,
           BuiltServer& server) const override {
    for (std::size_t a = 0; a < server.gpus.size(); ++a) {
      for (std::size_t b = a + 1; b < server.gpus.size(); ++b) {
        builder.add_cable(server.gpus[a], server.gpus[b], cable_, "nvlink");
      }
    }
  }

 private:
  int gpus_;
  LinkSpec cable_;
};

std::vector<std::unique_ptr<ServerPart>> read(ServerKeys& keys) {
  const LinkSpec cable = keys.link("gpu_link", &ServerSpec::gpu_link, keys.gpus() > 1);
  std::vector<std::unique_ptr<ServerPart>> parts;
  parts.push_back(std::make_unique<Mesh>(keys.gpus(), cable));
  parts.push_back(read_nic_pairs(keys));
  return parts;
}

const Registration<Wiring> registration{{
    .name = "mesh",
    .summary = "a cable between each two GPUs of a server",
    .reference = "AMD CDNA 3 architecture (white paper, 2023), eight accelerators fully connected",
    .read = read,
}};

}  // namespace
}  // namespace commsim::mesh_wiring
