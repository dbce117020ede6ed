// Measurements of a text, or why it is refused.
#pragma once

#include <string>

#include "calibrate/measurements.hpp"
#include "core/diagnostics.hpp"
#include "core/error.hpp"

namespace commsim::support {

inline Measurements measurements(const std::string& text, const MeasurementHints& hints = {}) {
  return read_measurements(TextFile{.name = "log", .text = text}, hints);
}

inline std::string measurement_refusal(const std::string& text,
                                       const MeasurementHints& hints = {}) {
  try {
    measurements(text, hints);
  } catch (const ConfigError& error) {
    return error.what();
  } catch (const RequestError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace commsim::support
