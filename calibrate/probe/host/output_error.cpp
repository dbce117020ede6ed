#include "calibrate/probe/host/output_error.hpp"

#include <string>
#include <system_error>

namespace commsim::probe {

OutputError::OutputError(const std::string& file, int error)
    : std::runtime_error(file + ": " + std::generic_category().message(error)) {}

}  // namespace commsim::probe
