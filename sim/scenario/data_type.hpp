// Element types as scenarios name them; only their width matters for time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"

namespace commsim {

/// The legal names of `dtype`.
std::vector<std::string> data_type_names();

/// Bytes of one element of that type. REQUIRES: a name from data_type_names().
Bytes element_size(std::string_view data_type);

}  // namespace commsim
