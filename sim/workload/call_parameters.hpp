// A call as one algorithm takes it.
#pragma once

#include "collectives/algorithm.hpp"

namespace commsim {

/// The call without the parameters that the algorithm does not take. Throws RequestError if one of
/// those says what is to be done and not how: `root`, `pattern`, `matrix`.
CollectiveCall call_for(const Algorithm& algorithm, const CollectiveCall& call);

/// The call with its defaults in place of all that says how it is done.
CollectiveCall default_call(const CollectiveCall& call);

}  // namespace commsim
