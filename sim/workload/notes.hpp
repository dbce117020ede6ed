// What a user may not expect of a run, said in one line each.
#pragma once

#include <string>
#include <vector>

#include "sim/workload/collective_run.hpp"

namespace commsim {

/// Notes on what the run leaves unused because the call does not ask for it: NICs that the default
/// number of channels does not reach, and hosts that serve no parameters. `call` has its layout.
std::vector<std::string> notes_on(const Algorithm& algorithm, const CollectiveCall& call);

}  // namespace commsim
