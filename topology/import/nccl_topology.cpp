// A server as NCCL has seen it: the file that NCCL_TOPO_DUMP_FILE names.
#include "topology/import/nccl_reader.hpp"

namespace commsim::nccl_topology {
namespace {

std::unique_ptr<ServerPlan> read(ConfigReader& section, bool /*networked*/) {
  const auto file = section.file("nccl_topology");
  NcclKeys keys;
  keys.nvlink = read_link_keys(section, "nvlink");
  keys.pcie = read_link_keys(section, "pcie");
  keys.socket = read_link_keys(section, "socket");
  keys.nic = read_link_keys(section, "nic");
  keys.nvls = read_nvls(section);
  if (!file || section.failed()) return nullptr;
  auto plan = section.checked("nccl_topology",
                              [&] { return plan_server(read_nccl_topology(*file, keys)); });
  return plan ? *std::move(plan) : nullptr;
}

const Registration<ServerImport> registration{{
    .name = "nccl_topology",
    .summary = "a server from NCCL's own description of it (NCCL_TOPO_DUMP_FILE)",
    .reference = "NCCL v2.31, src/graph/xml.cc and topo.cc; nominal rates: PCI Express Base "
                 "Specification 6.0, NVIDIA's architecture white papers",
    .read = read,
}};

}  // namespace
}  // namespace commsim::nccl_topology
