// A run that several processes share: the first hands out points and prints, the others simulate.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/cli/ranks.hpp"
#include "sim/cli/run_request.hpp"
#include "sim/scenario/point_desk.hpp"

namespace commsim {

/// The processes beside the first, as that one sees them; nobody where it is alone.
class Crew {
 public:
  /// In the first process, before it reads anything. Throws MachineError.
  Crew(const Ranks& ranks, const RunRequest& options);

  /// Each works at one point at a time; they have read what has this fingerprint, or are lost.
  std::vector<PointWorker*> that_have_read(std::uint64_t fingerprint);

 private:
  std::optional<PointDesk> desk_;
  std::vector<std::unique_ptr<PointWorker>> workers_;
};

/// In every other process: reads what the first reads, and simulates for it until it ends.
void work_for_first(const Ranks& ranks, const RunRequest& options, const RunLimits& limits);

}  // namespace commsim
