// A text file as a whole, and errors at their places in it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace commsim {

/// The text of a file, and the name under which messages speak of it.
struct TextFile {
  std::string name;
  std::string text;

  /// Throws ConfigError: "name:line:column: error: message". Lines and columns count from 1,
  /// columns in bytes; an offset past the end means the end.
  [[noreturn]] void fail(std::size_t offset, std::string message) const;
  /// Throws ConfigError about the file as a whole.
  [[noreturn]] void fail(std::string message) const;
};

constexpr std::size_t kMostTextBytes = std::size_t{64} << 20U;

/// Reads a file, which may be a pipe. Throws ConfigError, without a line, if it cannot be read or
/// has more than `most` bytes.
TextFile read_text_file(const std::filesystem::path& path, std::size_t most = kMostTextBytes);

}  // namespace commsim
