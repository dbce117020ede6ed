#include "sim/report/child_process.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace commsim::child_process {
namespace {

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }

  void connect(int descriptor, int stream) {
    if (descriptor >= 0) posix_spawn_file_actions_adddup2(&actions_, descriptor, stream);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw MachineError(fmt::format("waitpid: {}", std::strerror(errno)));
  }
  return status;
}

}  // namespace
}  // namespace commsim::child_process

namespace commsim {

std::string ChildEnd::text() const {
  if (not_started != 0) return std::strerror(not_started);
  return signal != 0 ? fmt::format("signal {}", signal) : fmt::format("exit code {}", exit_code);
}

ChildEnd run_child(std::vector<std::string> command, const ChildStreams& streams) {
  ensure(!command.empty(), "a child has a name");
  child_process::SpawnActions actions;
  actions.connect(streams.in, STDIN_FILENO);
  actions.connect(streams.out, STDOUT_FILENO);
  actions.connect(streams.err, STDERR_FILENO);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments.front(), actions.get(), nullptr, arguments.data(), environ);
  if (error != 0) return {.not_started = error};
  const int status = child_process::wait_for(child);
  if (WIFSIGNALED(status)) return {.signal = WTERMSIG(status)};
  return {.exit_code = WEXITSTATUS(status)};
}

}  // namespace commsim
