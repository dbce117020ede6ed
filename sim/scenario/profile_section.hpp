// The key `profile` of a scenario: a file of what was measured, or fitted to that.
#pragma once

#include "core/config_reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

/// The profile that the scenario names, which `home` keeps; nullptr if it names none, or a broken
/// one, which is reported.
const Profile* read_profile_section(ConfigReader& root, ScenarioSet& home);

/// Its physics. Throws RequestError if it has none.
const Physics& physics_of(const Profile& profile);

}  // namespace commsim
