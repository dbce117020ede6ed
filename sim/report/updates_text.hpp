// Parameter servers and local steps in words.
#pragma once

#include <string>

#include "sim/workload/updates/update_result.hpp"

namespace commsim {

/// Where an iteration of a worker goes, and how stale gradients are; whole lines.
std::string updates_text(const UpdateResult& result);

}  // namespace commsim
