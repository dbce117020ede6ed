#include "calibrate/probe/host/line_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {

LineLog::LineLog(std::string file) : file_(std::move(file)) {
  constexpr mode_t kReadableByAll = 0644;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open is declared so
  descriptor_ =
      Descriptor(::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kReadableByAll));
  if (!descriptor_.open()) throw OutputError(file_, errno);
  if (::lseek(descriptor_.number(), 0, SEEK_END) <= 0) return;  // new, or no plain file
  std::ifstream in(file_, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  length_ = static_cast<std::int64_t>(text.size());
  if (::ftruncate(descriptor_.number(), length_) != 0) throw OutputError(file_, errno);
  if (text.empty()) return;
  text.pop_back();
  found_ = split(text, '\n');
}

void LineLog::append(const std::string& line) {
  const std::string text = line + '\n';
  const int error = write_all(descriptor_.number(), text);
  if (error != 0) {
    // What cannot be cut off now is cut off when the file is opened again.
    static_cast<void>(::ftruncate(descriptor_.number(), length_) == 0);
    throw OutputError(file_, error);
  }
  length_ += static_cast<std::int64_t>(text.size());
}

}  // namespace commsim::probe
