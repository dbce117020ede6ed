// What a choice of a plan may fill of the memory of its GPUs.
#pragma once

#include <string>

#include "core/units.hpp"
#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// A share of each GPU's memory, or an amount on each.
struct MemoryLimit {
  double share = 1;  ///< above 0, up to 1
  Bytes amount;      ///< 0: the share counts

  /// "90 % of a GPU's memory", "70 GiB of a GPU's memory".
  [[nodiscard]] std::string text() const;
};

/// "0.9", "90 %" or "70 GiB". Throws RequestError.
MemoryLimit parsed_memory_limit(const std::string& text);

/// Whether some GPU of the job needs more than that. REQUIRES: the job is legal.
/// O(stages * (micro-batches * virtual stages + layers)).
bool exceeds(const MemoryLimit& limit, const TrainingJob& job);

}  // namespace commsim
