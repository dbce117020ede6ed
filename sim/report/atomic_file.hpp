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
  explicit AtomicFile(const std::filesystem::path& file) {
    std::error_code ignored;
    const auto status = std::filesystem::status(file, ignored);
    file_ = std::filesystem::exists(status) ? std::filesystem::canonical(file) : file;
    direct_ = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
    partial_ = file_;
    if (!direct_) partial_ += ".partial." + std::to_string(getpid());
    stream_.open(partial_);
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

  std::filesystem::path file_;
  std::filesystem::path partial_;
  std::ofstream stream_;
  bool direct_ = false;
  bool committed_ = false;
};

}  // namespace commsim
