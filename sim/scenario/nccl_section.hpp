// The `nccl:` section of a scenario, for `algorithm: nccl`.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "core/config_reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/workload/nccl_cluster.hpp"
#include "sim/workload/nccl_model.hpp"

namespace commsim {

/// What the section says.
struct NcclSettings {
  NcclOverrides facts;
  NcclChoiceLimits limits;
};

/// Reads the section at each point; points of one cluster, collective and setting share a model.
///   version          2.18 to 2.30 (the default)
///   gpu              volta, ampere, hopper, blackwell: where the topology does not say
///   cpu              intel, amd, other: likewise
///   network_latency  what the network's plugin tells NCCL
///   collnet          whether NCCL may let switches between servers reduce; false
///   algorithm        NCCL_ALGO, protocol: NCCL_PROTO; default: NCCL's choice
class NcclSection {
 public:
  /// The models go to `home`.
  explicit NcclSection(ScenarioSet& home) : home_(&home) {}

  /// Counts its keys as known, for points that have no use for it: they must not sweep it.
  static void know(ConfigReader& root);
  /// What the section of `root` says, if there is one; errors are reported.
  static NcclSettings read(ConfigReader& root);

  /// The model of a collective of elements of that type (as `dtype` names it; may be empty). Throws
  /// RequestError if NCCL has none for it.
  const TimeModel* model(const NcclSettings& settings, const Cluster& cluster, CollectiveKind kind,
                         std::string_view data_type);

 private:
  using Key = std::tuple<const Cluster*, CollectiveKind, std::string>;

  ScenarioSet* home_;
  std::map<Key, const TimeModel*> known_;
};

}  // namespace commsim
