#include "sim/report/graphviz_program.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/error.hpp"

namespace commsim {
namespace {

// A file without a name, which is gone when it is closed.
class Scratch {
 public:
  Scratch() : file_(std::tmpfile(), &std::fclose) {
    if (!file_) throw MachineError(fmt::format("no temporary file: {}", std::strerror(errno)));
  }

  void write(const std::string& text) {
    const bool whole = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
    if (!whole || std::fflush(file_.get()) != 0) {
      throw MachineError(fmt::format("a temporary file: {}", std::strerror(errno)));
    }
    std::rewind(file_.get());
  }

  [[nodiscard]] std::string read() {
    constexpr std::size_t kPiece = 1U << 16U;
    std::rewind(file_.get());
    std::string text;
    std::array<char, kPiece> piece{};
    for (std::size_t got = 1; got > 0;) {
      got = std::fread(piece.data(), 1, piece.size(), file_.get());
      text.append(piece.data(), got);
    }
    return text;
  }

  [[nodiscard]] int descriptor() const { return fileno(file_.get()); }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }

  void connect(const Scratch& file, int stream) {
    posix_spawn_file_actions_adddup2(&actions_, file.descriptor(), stream);
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

void refuse_undrawable(std::size_t links) {
  if (links <= kMostDrawnLinks) return;
  throw RequestError(
      fmt::format("a drawing of {} links cannot be read, at most {} are drawn; take fewer servers "
                  "or ranks with --set, or write the graph with --dot",
                  links, kMostDrawnLinks));
}

std::string svg_of(const std::string& dot, std::size_t links) { return svg_by("dot", dot, links); }

std::string svg_by(const std::string& program, const std::string& dot, std::size_t links) {
  refuse_undrawable(links);
  Scratch in;
  Scratch out;
  Scratch complaints;
  in.write(dot);
  SpawnActions actions;
  actions.connect(in, STDIN_FILENO);
  actions.connect(out, STDOUT_FILENO);
  actions.connect(complaints, STDERR_FILENO);
  std::string name = program;
  std::string format = "-Tsvg";
  std::string engine = links > kMostLinksOfDot ? "-Ksfdp" : "-Kdot";
  const std::array<char*, 4> arguments{name.data(), format.data(), engine.data(), nullptr};
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program.c_str(), actions.get(), nullptr, arguments.data(), environ);
  if (error != 0) {
    throw MachineError(fmt::format(
        "--svg needs the program '{}' of Graphviz (Debian package graphviz): {}; --dot does not",
        program, std::strerror(error)));
  }
  const int status = wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return out.read();
  throw MachineError(fmt::format(
      "'{}' of Graphviz failed ({} {}): {}", program, WIFEXITED(status) ? "exit code" : "signal",
      WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), complaints.read()));
}

}  // namespace commsim
