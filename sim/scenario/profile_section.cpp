#include "sim/scenario/profile_section.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/scenario/profile_file.hpp"

namespace commsim {

const Profile* read_profile_section(ConfigReader& root, ScenarioSet& home) {
  root.refuse_sweep("profile", "a scenario has one profile");
  const auto file = root.file("profile");
  if (!file) return nullptr;
  const auto place = home.profiles.find(file->name);
  if (place != home.profiles.end()) return &place->second;
  auto read = root.checked("profile", [&] { return read_profile_file(file->name); });
  return read ? &home.profiles.emplace(file->name, std::move(*read)).first->second : nullptr;
}

const Physics& physics_of(const Profile& profile) {
  if (!profile.physics) {
    throw RequestError(fmt::format(
        "the profile '{}' has tables of times and no physics; 'commsim calibrate physics' fits one",
        profile.name));
  }
  return *profile.physics;
}

}  // namespace commsim
