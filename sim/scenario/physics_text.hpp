// A Physics as the YAML that read_physics() reads.
#pragma once

#include <string>

#include "calibrate/physics/physics.hpp"

namespace YAML {
class Emitter;
}

namespace commsim {

/// Writes the map; the caller has written its key.
void emit_physics(YAML::Emitter& out, const Physics& physics);

/// Seconds to the picosecond, in microseconds, as nccl-tests prints them: "12.5 us".
std::string microseconds_text(double seconds);

}  // namespace commsim
