// A run that several processes share: the first hands out work and prints, the others simulate.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/ranks.hpp"
#include "sim/scenario/point_desk.hpp"

namespace commsim {

/// The processes beside the first, as that one sees them; nobody where it is alone.
class Crew {
 public:
  /// In the first process, before it reads anything. `jobs`: as work_for_first. Throws
  /// MachineError.
  Crew(const Ranks& ranks, unsigned jobs);

  /// Each does one piece of work at a time; they have read what has this fingerprint, or are lost.
  std::vector<PointWorker*> that_have_read(std::uint64_t fingerprint);

 private:
  std::optional<PointDesk> desk_;
  std::vector<std::unique_ptr<PointWorker>> workers_;
};

/// What a process that works for the first has read.
struct CrewReading {
  std::uint64_t fingerprint = 0;
  std::function<std::string(const std::string& request)> answer;  ///< from any thread
};

/// In every other process: reads what the first reads, and answers it until it ends, on `jobs`
/// threads, one at least.
void work_for_first(const Ranks& ranks, unsigned jobs, const std::function<CrewReading()>& read);

}  // namespace commsim
