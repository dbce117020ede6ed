// A Physics from the YAML form that profiles have it in.
#pragma once

#include "calibrate/physics/physics.hpp"
#include "core/config_reader.hpp"

namespace commsim {

/// Reads the section `physics:` of a profile. Errors go to the reader's diagnostics; then the
/// result is not to be used.
Physics read_physics(ConfigReader section);

}  // namespace commsim
