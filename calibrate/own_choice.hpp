// What of a file of measurements a scenario can ask for.
#pragma once

#include "calibrate/measurements.hpp"

namespace commsim {

/// A scenario names neither NCCL's algorithm nor another reduction than the sum. So of runs of the
/// same collective, ranks, nodes, type of data, GPU and version, those stay that force least: the
/// library's own choice before a forced one, a sum before a product. The others leave, with a note
/// that says how many; runs that force alike all stay.
void keep_own_choice(Measurements& measurements);

}  // namespace commsim
