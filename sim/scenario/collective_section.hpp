// The `collective:` section of a scenario.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/config_reader.hpp"
#include "sim/scenario/nccl_section.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Reads the section at each point of the sweep. `algorithm: auto` leaves the choice to the run;
/// `all` is a sweep over the algorithms of the collective; `profile` takes the time from what was
/// measured, `nccl` from the model of the section `nccl:`, and `physics` simulates with the physics
/// of the profile.
class CollectiveSection {
 public:
  /// The candidates, and what `all` leaves out, go to `home`.
  explicit CollectiveSection(ScenarioSet& home) : home_(&home), nccl_(home) {}

  /// Fills in the call and the algorithm. `layout` is nullptr when the topology is wrong; then only
  /// what does not depend on it is checked. Returns false, reporting nothing, if the algorithm is
  /// one of `all` and refuses this point.
  bool read(ConfigReader& root, const RankLayout* layout, ScenarioPoint& point);

 private:
  std::optional<std::string> algorithm(ConfigReader& section, const Collective& kind);
  const std::vector<std::string>* candidates_of(ConfigReader& section, const Collective& kind);
  const std::string* next_of_all(ConfigReader& section, const Collective& kind);
  void read_automatic(ConfigReader& section, const RankLayout* layout, ScenarioPoint& point);
  bool read_modelled(ConfigReader& root, ConfigReader& section, ScenarioPoint& point);
  const TimeModel* fitted(ConfigReader& section, const ScenarioPoint& point);
  const TimeModel* simulated(const ScenarioPoint& point);
  bool read_named(ConfigReader& section, const RankLayout* layout, ScenarioPoint& point);
  bool accepts(ConfigReader& section, const RankLayout& layout, const ScenarioPoint& point);

  ScenarioSet* home_;
  NcclSection nccl_;
  std::map<const ProfileTable*, const TimeModel*> fitted_;
  std::set<std::pair<std::string, std::string>> seen_;  // skipped: algorithm and reason
  std::map<CollectiveKind, ConfigNode> all_;            // `all` as a list
};

}  // namespace commsim
