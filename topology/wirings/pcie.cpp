// A server without links of its own between GPUs: they meet in PCIe switches and CPUs.
#include "topology/servers/server_pcie_tree.hpp"

namespace commsim::pcie {
namespace {

std::vector<std::unique_ptr<ServerPart>> read(ServerKeys& keys) {
  constexpr WholeRange kSockets{.least = 1, .most = 8};
  constexpr WholeRange kGpus{.least = 0, .most = 4096};
  PcieShape shape;
  shape.sockets = keys.count("sockets", &ServerSpec::sockets, kSockets, 1);
  shape.gpus_per_switch = keys.count("gpus_per_switch", &ServerSpec::gpus_per_switch, kGpus, 0);
  std::vector<std::unique_ptr<ServerPart>> parts;
  parts.push_back(read_pcie_tree(keys, shape));
  return parts;
}

const Registration<Wiring> registration{{
    .name = "pcie",
    .summary = "GPUs and NICs behind PCIe switches, these behind CPUs that a link joins",
    .reference = "PCI Express Base Specification 4.0, section 1.3 (root complex, switches); Li et "
                 "al., Evaluating Modern GPU Interconnect, IEEE TPDS 31(1), 2020",
    .read = read,
}};

}  // namespace
}  // namespace commsim::pcie
