// Programs that commsim starts and waits for.
#pragma once

#include <string>
#include <vector>

namespace commsim {

/// Descriptors that become the standard streams of a child; -1: it shares ours.
struct ChildStreams {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// How a child ended; at most one of the three is not zero.
struct ChildEnd {
  int not_started = 0;  // an errno: the program is missing, or cannot be run
  int exit_code = 0;
  int signal = 0;

  [[nodiscard]] bool well() const { return not_started == 0 && exit_code == 0 && signal == 0; }
  /// "exit code 1", "signal 9", or why it did not start.
  [[nodiscard]] std::string text() const;
};

/// Runs a program, which is looked for in PATH unless its name has a slash, and waits for its end.
/// REQUIRES: a name, then its arguments. Throws MachineError if it cannot be waited for.
ChildEnd run_child(std::vector<std::string> command, const ChildStreams& streams = {});

}  // namespace commsim
