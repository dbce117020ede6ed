// The eight GPUs of a DGX-1 with V100: two quads that are fully connected, and a link from each GPU
// to its counterpart in the other quad. Every GPU spends six NVLinks, some pairs share two. GPUs
// that no NVLink joins meet through four PCIe switches and two CPUs, which GPUs share in pairs.
#include <fmt/format.h>

#include <array>

#include "topology/servers/server_pcie_tree.hpp"

namespace commsim::hybrid_cube_mesh {
namespace {

constexpr int kGpus = 8;
constexpr PcieShape kShape{.sockets = 2, .gpus_per_switch = 2};

struct Pair {
  std::uint8_t a;
  std::uint8_t b;
  std::uint8_t links;
};

// Two links of one pair work as one of twice the bandwidth.
constexpr std::array kPairs = {Pair{0, 1, 1}, Pair{0, 2, 1}, Pair{0, 3, 2}, Pair{1, 2, 2},
                               Pair{1, 3, 1}, Pair{2, 3, 2}, Pair{4, 5, 1}, Pair{4, 6, 1},
                               Pair{4, 7, 2}, Pair{5, 6, 2}, Pair{5, 7, 1}, Pair{6, 7, 2},
                               Pair{0, 4, 2}, Pair{1, 5, 2}, Pair{2, 6, 1}, Pair{3, 7, 1}};

class Cube final : public ServerPart {
 public:
  explicit Cube(LinkSpec link) : link_(link) {}

  [[nodiscard]] TopologySize size(bool /*networked*/) const override {
    return {.links = 2 * std::int64_t{kPairs.size()}};
  }

  void add(TopologyBuilder& builder, std::int32_t /*index*/, bool /*networked*/,
           BuiltServer& server) const override {
    for (const Pair& pair : kPairs) {
      const LinkSpec cable{.bandwidth = link_.bandwidth * pair.links, .latency = link_.latency};
      builder.add_cable(server.gpus[pair.a], server.gpus[pair.b], cable, "nvlink");
    }
  }

 private:
  LinkSpec link_;
};

std::vector<std::unique_ptr<ServerPart>> read(ServerKeys& keys) {
  std::vector<std::unique_ptr<ServerPart>> parts;
  if (keys.gpus() != kGpus) {
    keys.section().error(
        "gpus", fmt::format("a hybrid cube mesh joins 8 GPUs, found {}; legal: 8", keys.gpus()));
  }
  parts.push_back(std::make_unique<Cube>(keys.link("gpu_link", &ServerSpec::gpu_link, true)));
  parts.push_back(read_pcie_tree(keys, kShape));
  return parts;
}

const Registration<Wiring> registration{{
    .name = "hybrid_cube_mesh",
    .summary = "8 GPUs with 6 NVLinks each as in a DGX-1 with V100, 4 PCIe switches and 2 CPUs",
    .reference = "NVIDIA DGX-1 with Tesla V100 System Architecture (white paper WP-08437-002, "
                 "2017), as nvidia-smi topo -m shows it",
    .read = read,
}};

}  // namespace
}  // namespace commsim::hybrid_cube_mesh
