// Measures cases one after the other and reports each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/sampler.hpp"
#include "calibrate/probe/host/team.hpp"

namespace commsim::probe {

using Report = std::function<void(const std::string& line)>;

/// Runs every case with all of the team and reports as child_protocol.hpp says, rows from rank 0
/// alone. Returns false after a case that failed, by whichever rank: the device may be unusable.
bool work(Device& device, Team& team, const std::vector<Case>& cases,
          const SamplerSettings& settings, const Report& report);

}  // namespace commsim::probe
