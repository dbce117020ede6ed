// A file that is replaced whole or not at all.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/error.hpp"

namespace commsim {

/// Written beside its place and renamed when complete; a killed run leaves the old file as it was.
/// A link stays a link, and what is no file (a terminal, a pipe, /dev/null) is written to directly.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& file)
      : name_(file.string()),
        direct_(std::filesystem::exists(file) && !std::filesystem::is_regular_file(file)),
        file_(std::filesystem::is_regular_file(file) ? std::filesystem::canonical(file) : file),
        partial_(file_.string() + (direct_ ? "" : ".partial." + std::to_string(getpid()))),
        stream_(partial_) {
    if (!stream_) fail();
  }
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile() {
    if (committed_ || direct_) return;
    std::error_code ignored;
    std::filesystem::remove(partial_, ignored);
  }

  std::ostream& stream() { return stream_; }
  /// As it was asked for.
  [[nodiscard]] const std::string& name() const { return name_; }

  void commit() {
    stream_.close();
    if (!stream_) fail();
    committed_ = true;
    if (direct_) return;
    std::error_code error;
    std::filesystem::rename(partial_, file_, error);
    if (error) throw MachineError(file_.string() + ": " + error.message());
  }

 private:
  [[noreturn]] void fail() const {
    throw MachineError(file_.string() + ": cannot be written: " + std::strerror(errno));
  }

  std::string name_;
  bool direct_;
  std::filesystem::path file_;
  std::filesystem::path partial_;
  std::ofstream stream_;
  bool committed_ = false;
};

}  // namespace commsim
