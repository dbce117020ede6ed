// Programs one after another on the same lane.
#pragma once

#include <memory>

#include "collectives/program.hpp"

namespace commsim {

/// Each participant runs its steps of `first` and then those of `second`; it waits for nobody in
/// between but for whom its steps wait. REQUIRES: one lane each, the same participants, and no
/// scratch.
std::unique_ptr<Program> in_sequence(std::unique_ptr<Program> first,
                                     std::unique_ptr<Program> second);

}  // namespace commsim
