// A server from the matrix that `nvidia-smi topo -m` prints. It has classes of ways, not speeds.
#include "topology/config_links.hpp"
#include "topology/import/smi_reader.hpp"

namespace commsim::smi_topology {
namespace {

constexpr std::string_view kName = "nvidia_smi_topology";

// The map {bandwidth, latency}, of which the bandwidth is needed only if the matrix uses it.
LinkSpec read_if(ConfigReader& section, std::string_view key, bool needed) {
  return needed ? read_link(section, key) : read_link(section, key, LinkSpec{});
}

std::unique_ptr<ServerPlan> read(ConfigReader& section) {
  const auto file = section.file(kName);
  const auto matrix =
      file ? section.checked(kName, [&] { return read_smi_matrix(*file); }) : std::nullopt;
  const auto needs =
      matrix ? section.checked(kName, [&] { return smi_needs(*file, *matrix); }) : std::nullopt;
  SmiKeys keys;
  keys.nvlink = read_if(section, "nvlink", needs && needs->nvlink);
  keys.pcie = read_link(section, "pcie");
  keys.socket = read_if(section, "socket", needs && needs->socket);
  keys.nic = read_if(section, "nic", needs && needs->nic);
  const auto nvswitch = section.word("nvswitch", {"false", "true"});
  if (nvswitch) keys.nvswitch = *nvswitch == "true";
  if (!needs || section.failed()) return nullptr;
  auto plan = section.checked(kName, [&] { return plan_server(smi_server(*file, *matrix, keys)); });
  return plan ? *std::move(plan) : nullptr;
}

const Registration<ServerImport> registration{{
    .name = kName,
    .summary = "a server from the matrix that 'nvidia-smi topo -m' prints",
    .reference = "nvidia-smi(1), topo -m, and the legend in its output",
    .read = read,
}};

}  // namespace
}  // namespace commsim::smi_topology
