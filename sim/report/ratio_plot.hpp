// A small plot for terminals.
#pragma once

#include <span>
#include <string>

#include "calibrate/validation.hpp"

namespace commsim {

/// Predicted / measured against size, both on logarithmic axes, in plain characters: 'o' for a row,
/// '#' for several at the same place, and a line where the two are equal. Eleven lines and one for
/// the sizes; empty if no row has a ratio.
std::string ratio_plot(std::span<const ValidationRow> rows);

}  // namespace commsim
