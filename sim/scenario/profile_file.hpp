// Profiles as YAML files.
#pragma once

#include <filesystem>
#include <string>

#include "calibrate/profile.hpp"

namespace commsim {

/// Throws ConfigError with everything that is wrong with it.
Profile read_profile_file(const std::filesystem::path& file);

/// The text that reads back as this profile: sizes and times exactly, bandwidths to the kB/s.
std::string profile_text(const Profile& profile);

}  // namespace commsim
