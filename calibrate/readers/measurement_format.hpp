// The extension point for formats of measurements: a file in calibrate/readers/ that registers one
// of these is all that a new format needs.
#pragma once

#include <string_view>

#include "calibrate/measurements.hpp"
#include "core/registry.hpp"
#include "core/text_file.hpp"

namespace commsim {

struct MeasurementFormat {
  /// What the user writes to name it.
  std::string_view name;
  /// One sentence for `commsim list`.
  std::string_view summary;
  /// Whether the text is of this format, noise and all. Looks at marks that no other format has;
  /// linear in the text, and never throws.
  bool (*fits)(const TextFile& file);
  /// Throws ConfigError at the place of what is broken.
  Measurements (*read)(const TextFile& file, const MeasurementHints& hints);
};

}  // namespace commsim
