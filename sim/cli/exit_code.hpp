// What the executable answers to the shell.
#pragma once

namespace commsim {

/// Exit codes, as the README lists them.
enum ExitCode : int {
  kSuccess = 0,
  kUnmet = 1,
  kBadInput = 2,
  kMachineRefused = 3,
  kInterrupted = 130,
};

}  // namespace commsim
