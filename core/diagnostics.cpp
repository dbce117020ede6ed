#include "core/diagnostics.hpp"

#include <fmt/format.h>

#include <utility>

namespace commsim {
namespace {

std::string report(const std::vector<std::string>& sources,
                   const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& d : diagnostics) {
    if (!text.empty()) text += '\n';
    text += sources.at(static_cast<std::size_t>(d.mark.source));
    if (d.mark.line > 0) text += fmt::format(":{}:{}", d.mark.line, d.mark.column);
    text += ": error: ";
    if (!d.path.empty()) text += d.path + ": ";
    text += d.text;
  }
  return text;
}

}  // namespace

ConfigError::ConfigError(const std::vector<std::string>& sources,
                         std::vector<Diagnostic> diagnostics)
    : std::runtime_error(report(sources, diagnostics)), diagnostics_(std::move(diagnostics)) {}

void Diagnostics::add(Diagnostic diagnostic) {
  ++said_;
  diagnostics_.insert(std::move(diagnostic));
}

void Diagnostics::throw_if_any(const std::vector<std::string>& sources) const {
  if (diagnostics_.empty()) return;
  throw ConfigError(sources, {diagnostics_.begin(), diagnostics_.end()});
}

}  // namespace commsim
