// What is wrong with an input, where, and what would be legal. All errors of a file are collected
// and reported together.
#pragma once

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/config_node.hpp"

namespace commsim {

/// One error at one place.
struct Diagnostic {
  Mark mark;
  std::string path;  ///< key path, such as "topology.link.bandwidth"; empty for the whole file
  std::string text;
  friend auto operator<=>(const Diagnostic&, const Diagnostic&) = default;
};

/// The user's input is wrong; what() is the finished report, a line for each diagnostic, in the
/// form "file:line:column: error: path: text".
class ConfigError : public std::runtime_error {
 public:
  ConfigError(const std::vector<std::string>& sources, std::vector<Diagnostic> diagnostics);
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// Collects diagnostics; one said twice is kept once.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  [[nodiscard]] bool empty() const { return diagnostics_.empty(); }
  /// How many are kept.
  [[nodiscard]] std::size_t size() const { return diagnostics_.size(); }
  /// How often something was said, repetitions included: grows with every call of add.
  [[nodiscard]] std::size_t said() const { return said_; }
  /// Throws ConfigError with everything collected, in the order of the file; does nothing if empty.
  void throw_if_any(const std::vector<std::string>& sources) const;

 private:
  std::set<Diagnostic> diagnostics_;
  std::size_t said_ = 0;
};

}  // namespace commsim
