// Processes that measure together, started and watched.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "calibrate/probe/host/descriptor.hpp"
#include "calibrate/probe/host/gpu_sharing.hpp"

namespace commsim::probe {

struct ChildCommand {
  std::vector<std::string> arguments;  // the first is the program, a path
  Environment environment;             // beside that of this process
};

class ChildProcesses {
 public:
  /// Starts one process for each command, joined as a SocketTeam is; each reads `input` on its
  /// standard input. Throws std::runtime_error if that is impossible.
  ChildProcesses(const std::vector<ChildCommand>& commands, const std::string& input);
  ChildProcesses(const ChildProcesses&) = delete;
  ChildProcesses& operator=(const ChildProcesses&) = delete;
  /// Kills what still runs.
  ~ChildProcesses();

  enum class Event { kLine, kEnd, kSilence };
  /// Waits for a line that one of them reports, at most so many seconds; kEnd once none of them can
  /// report any more.
  Event next(std::string& line, double seconds);

  /// Waits for the end of all, at most so many seconds, then kills. Empty if all ended well, else
  /// how the first that did not ended: "exit code 3", "signal 9", "no end".
  std::string finish(double seconds);
  void kill();

 private:
  std::vector<pid_t> running_;
  Descriptor reports_;
  std::string pending_;
};

}  // namespace commsim::probe
