// The points of a file: what its root says at each place of its sweep.
#pragma once

#include <functional>
#include <string>

#include "core/config_reader.hpp"

namespace commsim {

/// Calls `read_point` with the root of the document at every point of the sweep, in order, a
/// million at most. Once the file is wrong some points more are read for what else may be wrong.
/// `at_end` may add what is wrong with all of them together. Throws ConfigError with all that is
/// wrong.
void read_points(const ConfigDocument& document, ReadingContext& context,
                 const std::function<void(ConfigReader& root)>& read_point,
                 const std::function<void()>& at_end = {});

/// The version, which is checked, and the name: that of the file if it gives none.
std::string read_head(ConfigReader& root, const ConfigDocument& document);

}  // namespace commsim
