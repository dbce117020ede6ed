// Programs that turn a text into another one.
#pragma once

#include <string>
#include <vector>

#include "sim/report/child_process.hpp"

namespace commsim {

struct FilterResult {
  ChildEnd end;
  std::string out;
  std::string complaints;  ///< what it wrote to its standard error
};

/// Runs a program with that standard input and waits for its end. Throws MachineError if there is
/// no room for temporary files.
FilterResult run_filter(std::vector<std::string> command, const std::string& input);

}  // namespace commsim
