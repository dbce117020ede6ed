// The files that `run` writes of one simulation: a trace and drawings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/cli/command_options.hpp"
#include "sim/report/atomic_file.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

struct RunFileOptions {
  std::string trace;
  std::string dot;
  std::string svg;

  void add_to(CommandOptions& command);
  [[nodiscard]] bool any() const { return !trace.empty() || !dot.empty() || !svg.empty(); }
  /// Throws RequestError unless there is exactly one simulation, and one that can be drawn if it is
  /// to be.
  void refuse_what_they_cannot_show(const std::vector<ScenarioSet>& sets) const;
};

/// Opened before the simulation, since a bad path should not cost one; complete at commit().
class RunFiles {
 public:
  explicit RunFiles(const RunFileOptions& options);

  void write(const ScenarioPoint& point, const CollectiveResult& result);
  void commit();

 private:
  std::optional<AtomicFile> trace_;
  std::optional<AtomicFile> dot_;
  std::optional<AtomicFile> svg_;
};

}  // namespace commsim
