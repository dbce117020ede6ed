#include "calibrate/probe/host/child_processes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "calibrate/probe/host/child_protocol.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the user

namespace commsim::probe {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int kMillisecondsPerSecond = 1000;

// Above every number that a child is given, so that moving one there hits no other.
Descriptor raised(int number) {
  constexpr int kAboveAll = 64;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): fcntl is declared so
  Descriptor high(::fcntl(number, F_DUPFD_CLOEXEC, kAboveAll));
  ::close(number);
  if (!high.open()) throw std::runtime_error("no descriptor is free");
  return high;
}

// A file without a name, from its beginning: a pipe would block where the child does not read.
Descriptor file_of(const std::string& text) {
  const int number = ::memfd_create("cases", MFD_CLOEXEC);
  if (number < 0 || write_all(number, text) != 0 || ::lseek(number, 0, SEEK_SET) != 0) {
    throw std::runtime_error("no memory for the list of cases");
  }
  return raised(number);
}

std::vector<std::string> merged(const Environment& own) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (own.count(text.substr(0, text.find('='))) == 0) all.push_back(text);
  }
  for (const auto& [name, value] : own) {
    std::string entry = name;
    entry += '=';
    entry += value;
    all.push_back(std::move(entry));
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  void give(const Descriptor& from, int number) {
    posix_spawn_file_actions_adddup2(&actions_, from.number(), number);
  }
  void merge(int from, int number) { posix_spawn_file_actions_adddup2(&actions_, from, number); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

pid_t start(const ChildCommand& command, const Descriptor& input, const Descriptor& report,
            const std::vector<Descriptor>& team) {
  Actions actions;
  actions.give(input, STDIN_FILENO);
  actions.merge(STDERR_FILENO, STDOUT_FILENO);
  actions.give(report, kReportDescriptor);
  for (std::size_t i = 0; i < team.size(); ++i) {
    actions.give(team[i], kFirstTeamDescriptor + static_cast<int>(i));
  }
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = merged(command.environment);
  pid_t process = 0;
  const int error = posix_spawn(&process, arguments.front().c_str(), actions.get(), nullptr,
                                pointers(arguments).data(), pointers(environment).data());
  if (error != 0) throw std::runtime_error("cannot start " + arguments.front());
  return process;
}

// The sockets of each process of a team: rank 0 is joined to every other.
std::vector<std::vector<Descriptor>> team_sockets(std::size_t size) {
  std::vector<std::vector<Descriptor>> sockets(size);
  for (std::size_t rank = 1; rank < size; ++rank) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
      throw std::runtime_error("no sockets for the ranks");
    }
    sockets.front().push_back(raised(pair[0]));
    sockets[rank].push_back(raised(pair[1]));
  }
  return sockets;
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  return code == 0 ? "" : "exit code " + std::to_string(code);
}

}  // namespace

ChildProcesses::ChildProcesses(const std::vector<ChildCommand>& commands,
                               const std::string& input) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for the reports");
  reports_ = raised(pipe[0]);
  const Descriptor report = raised(pipe[1]);
  const auto sockets = team_sockets(commands.size());
  try {
    for (std::size_t rank = 0; rank < commands.size(); ++rank) {
      running_.push_back(start(commands[rank], file_of(input), report, sockets[rank]));
    }
  } catch (const std::runtime_error&) {
    kill();
    throw;
  }
}

ChildProcesses::~ChildProcesses() { kill(); }

ChildProcesses::Event ChildProcesses::next(std::string& line, double seconds) {
  const auto deadline = SteadyClock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    const std::size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return Event::kLine;
    }
    const std::chrono::duration<double> left = deadline - SteadyClock::now();
    if (left.count() <= 0) return Event::kSilence;
    pollfd wait{reports_.number(), POLLIN, 0};
    const double milliseconds = std::min(left.count() * kMillisecondsPerSecond + 1, 1e9);
    if (::poll(&wait, 1, static_cast<int>(milliseconds)) <= 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(reports_.number(), buffer.data(), buffer.size());
    if (got == 0 || (got < 0 && errno != EINTR)) return Event::kEnd;
    if (got > 0) pending_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::string ChildProcesses::finish(double seconds) {
  constexpr auto kPause = std::chrono::milliseconds(5);
  const auto deadline = SteadyClock::now() + std::chrono::duration<double>(seconds);
  std::string first;
  while (!running_.empty()) {
    for (auto process = running_.begin(); process != running_.end();) {
      int status = 0;
      if (::waitpid(*process, &status, WNOHANG) == 0) {
        ++process;
        continue;
      }
      if (first.empty()) first = ending(status);
      process = running_.erase(process);
    }
    if (running_.empty()) break;
    if (SteadyClock::now() >= deadline) {
      kill();
      return first.empty() ? "no end" : first;
    }
    std::this_thread::sleep_for(kPause);
  }
  return first;
}

void ChildProcesses::kill() {
  for (const pid_t process : running_) ::kill(process, SIGKILL);
  for (const pid_t process : running_) {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
  }
  running_.clear();
}

}  // namespace commsim::probe
