#include "sim/report/filter_program.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "core/error.hpp"

namespace commsim {
namespace filter_program {
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
}  // namespace filter_program

FilterResult run_filter(std::vector<std::string> command, const std::string& input) {
  filter_program::Scratch in;
  filter_program::Scratch out;
  filter_program::Scratch complaints;
  in.write(input);
  const ChildEnd end =
      run_child(std::move(command),
                {.in = in.descriptor(), .out = out.descriptor(), .err = complaints.descriptor()});
  return {.end = end, .out = out.read(), .complaints = complaints.read()};
}

}  // namespace commsim
