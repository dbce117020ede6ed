// Results as bytes, for other processes of the same program that read the same scenario.
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// All that reports of a sweep show of a result, exactly: the bytes are the same on every machine,
/// and numbers come back to the last bit. What only pictures of one simulation show stays behind:
/// the timeline, and the bytes of each link.
std::string packed(const SettledPoint& settled);

/// What packed() made of the point `asked`; of one whose algorithm was chosen, with the run by it.
SettledPoint unpacked(const std::string& bytes, const ScenarioPoint& asked);

}  // namespace commsim
