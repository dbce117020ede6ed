#include "calibrate/probe/host/nccl_choices.hpp"

namespace commsim::probe {
namespace {

void add_all_protocols(std::vector<NcclChoice>& choices, const std::string& algorithm) {
  for (const char* protocol : {"LL", "LL128", "Simple"}) choices.push_back({algorithm, protocol});
}

// NVLink SHARP: Hopper and later, behind a switch, so not with two GPUs.
bool has_nvls(const NcclSetting& setting) {
  constexpr int kHopper = 90;
  constexpr int kFewest = 3;
  return setting.compute_capability >= kHopper && setting.gpus_per_node >= kFewest;
}

void add_collnet(std::vector<NcclChoice>& choices, const std::string& collective, int version) {
  if (collective == "all_reduce" && version >= nccl_version(2, 14, 0)) {
    choices.push_back({"CollnetDirect", "Simple"});
    choices.push_back({"CollnetChain", "Simple"});
  }
  const bool moves_all = collective == "all_gather" || collective == "reduce_scatter";
  if (moves_all && version >= nccl_version(2, 19, 0)) {
    choices.push_back({"CollnetDirect", "Simple"});
  }
}

}  // namespace

std::vector<NcclChoice> nccl_choices(const std::string& collective, const NcclSetting& setting) {
  std::vector<NcclChoice> choices;
  const bool reduces_all = collective == "all_reduce";
  const bool moves_all = collective == "all_gather" || collective == "reduce_scatter";
  if (!reduces_all && !moves_all && collective != "broadcast" && collective != "reduce") return {};
  add_all_protocols(choices, "Ring");
  if (reduces_all) add_all_protocols(choices, "Tree");
  const int nvls_since = reduces_all ? nccl_version(2, 17, 0) : nccl_version(2, 18, 0);
  if ((reduces_all || moves_all) && has_nvls(setting) && setting.version >= nvls_since) {
    choices.push_back({"NVLS", "Simple"});
  }
  if (reduces_all && has_nvls(setting) && setting.nodes > 1 &&
      setting.version >= nccl_version(2, 18, 0)) {
    choices.push_back({"NVLSTree", "Simple"});
  }
  if (moves_all && setting.gpus_per_node == 1 && setting.nodes > 1 &&
      setting.version >= nccl_version(2, 23, 0)) {
    choices.push_back({"PAT", "Simple"});
  }
  if (setting.collnet) add_collnet(choices, collective, setting.version);
  return choices;
}

}  // namespace commsim::probe
