// Results cannot be kept: a full disk, a folder that cannot be written.
#pragma once

#include <stdexcept>
#include <string>

namespace commsim::probe {

class OutputError : public std::runtime_error {
 public:
  /// The message says the file and what `error`, a value of errno, means.
  OutputError(const std::string& file, int error);
};

}  // namespace commsim::probe
