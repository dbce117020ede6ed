#include "sim/report/graphviz_program.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "core/error.hpp"
#include "sim/report/child_process.hpp"

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
  const std::string engine = links > kMostLinksOfDot ? "-Ksfdp" : "-Kdot";
  const ChildEnd end =
      run_child({program, "-Tsvg", engine},
                {.in = in.descriptor(), .out = out.descriptor(), .err = complaints.descriptor()});
  if (end.well()) return out.read();
  if (end.not_started != 0) {
    throw MachineError(fmt::format(
        "--svg needs the program '{}' of Graphviz (Debian package graphviz): {}; --dot does not",
        program, end.text()));
  }
  throw MachineError(
      fmt::format("'{}' of Graphviz failed ({}): {}", program, end.text(), complaints.read()));
}

}  // namespace commsim
