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
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path file)
      : file_(std::move(file)),
        partial_(file_.string() + ".partial." + std::to_string(getpid())),
        stream_(partial_) {
    if (!stream_) fail();
  }
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile() {
    if (committed_) return;
    std::error_code ignored;
    std::filesystem::remove(partial_, ignored);
  }

  std::ostream& stream() { return stream_; }

  void commit() {
    stream_.close();
    if (!stream_) fail();
    std::error_code error;
    std::filesystem::rename(partial_, file_, error);
    if (error) throw MachineError(file_.string() + ": " + error.message());
    committed_ = true;
  }

 private:
  [[noreturn]] void fail() const {
    throw MachineError(file_.string() + ": cannot be written: " + std::strerror(errno));
  }

  std::filesystem::path file_;
  std::filesystem::path partial_;
  std::ofstream stream_;
  bool committed_ = false;
};

}  // namespace commsim
