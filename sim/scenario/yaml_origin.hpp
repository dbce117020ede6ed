// Where a piece of YAML text came from, so that everything wrong with it is reported at its place.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config_node.hpp"
#include "core/diagnostics.hpp"

namespace commsim {

/// A file, or the value of an override, which has no lines that a reader could look up.
struct YamlOrigin {
  const std::vector<std::string>& sources;
  int source = 0;  ///< index into sources
  bool has_lines = true;

  [[nodiscard]] Mark mark(int line, int column) const {
    return has_lines ? Mark{source, line, column} : Mark{source, 0, 0};
  }
  /// Throws ConfigError.
  [[noreturn]] void refuse(Mark place, std::string text) const {
    throw ConfigError(sources, {{.mark = place, .path = {}, .text = std::move(text)}});
  }
  /// Throws ConfigError for what has no place in the text.
  [[noreturn]] void refuse(std::string text) const { refuse(Mark{source, 0, 0}, std::move(text)); }
};

}  // namespace commsim
