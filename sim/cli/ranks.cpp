#include "sim/cli/ranks.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "core/error.hpp"
#include "sim/cli/exit_code.hpp"

namespace commsim::ranks {
namespace {

struct Launcher {
  const char* number;
  const char* count;
  const char* beside;
};

constexpr std::array kLaunchers = {
    Launcher{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    Launcher{"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS"},
};

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

}  // namespace
}  // namespace commsim::ranks

namespace commsim {

Ranks ranks_from_environment() {
  for (const auto& launcher : ranks::kLaunchers) {
    const int count = ranks::number_from(launcher.count, 0);
    if (count < 1) continue;
    return {.number = ranks::number_from(launcher.number, 0),
            .count = count,
            .beside = std::max(1, ranks::number_from(launcher.beside, 1))};
  }
  return {};
}

void go_on_guarded() {
  const pid_t guard = getpid();
  const pid_t child = fork();
  if (child < 0) throw MachineError("cannot start a process");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guard) _exit(kSuccess);
    return;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  _exit(kSuccess);
}

}  // namespace commsim
