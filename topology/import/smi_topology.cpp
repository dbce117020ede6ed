// A server from the matrix that `nvidia-smi topo -m` prints. It has classes of ways, not speeds.
#include <fmt/format.h>

#include "topology/import/smi_reader.hpp"

namespace commsim::smi_topology {
namespace {

constexpr std::string_view kName = "nvidia_smi_topology";

// The bandwidths that the matrix has a place for and that nobody gives: one message for all.
void refuse_missing(ConfigReader& section, const SmiNeeds& needs, bool networked) {
  std::string missing;
  const auto need = [&](std::string_view key, bool needed) {
    if (!needed || section.section(key).raw("bandwidth") != nullptr) return;
    missing += fmt::format("{}{}.bandwidth", missing.empty() ? "" : ", ", key);
  };
  need("nvlink", needs.nvlink);
  need("pcie", true);
  need("socket", needs.socket);
  need("nic", needs.nic && networked);
  if (missing.empty()) return;
  section.error(kName, fmt::format("the matrix has no speeds; missing here: {}", missing));
}

LinkSpec or_latency(const LinkKeys& keys, Duration latency) {
  return {.bandwidth = keys.bandwidth.value_or(Bandwidth{}),
          .latency = keys.latency.value_or(latency)};
}

std::unique_ptr<ServerPlan> read(ConfigReader& section, bool networked) {
  const auto file = section.file(kName);
  const auto matrix =
      file ? section.checked(kName, [&] { return read_smi_matrix(*file); }) : std::nullopt;
  const auto needs =
      matrix ? section.checked(kName, [&] { return smi_needs(*file, *matrix); }) : std::nullopt;
  SmiKeys keys;
  keys.nvlink = read_link_keys(section, "nvlink");
  keys.pcie = or_latency(read_link_keys(section, "pcie"), latency::kPcie);
  keys.socket = or_latency(read_link_keys(section, "socket"), Duration{0});
  keys.nic = or_latency(read_link_keys(section, "nic"), latency::kNic);
  if (needs) refuse_missing(section, *needs, networked);
  keys.nvls = read_nvls(section);
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
