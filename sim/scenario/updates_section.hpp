// The `updates:` part of a training section.
#pragma once

#include "core/config_reader.hpp"
#include "sim/workload/updates/update_choices.hpp"

namespace commsim {

/// What does not belong to the kind or mode in hand is not read: a list of kinds or modes may stand
/// beside the keys of each, and a key that belongs to none of them is refused.
void read_updates(ConfigReader& section, UpdateChoices& updates);

}  // namespace commsim
