// Pieces of work on several cores, or by other processes, whose results are wanted in order.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "sim/scenario/point_worker.hpp"

namespace commsim {

/// How other processes do pieces.
struct WorkElsewhere {
  /// Each does one piece at a time. Pieces of those that are lost go to the others, and to threads
  /// of this process when none is left. Empty: to these threads from the beginning.
  std::span<PointWorker* const> workers = {};
  std::function<std::string(std::size_t)> request = {};  ///< what a worker is asked, on any thread
  /// What it has answered, on any thread, in place of the work here.
  std::function<void(std::size_t, const std::string& answer)> received = {};
};

struct OrderedWork {
  unsigned jobs = 0;  ///< threads; 0 stands for one a core
  const std::atomic<bool>* stop =
      nullptr;  ///< once it is set nothing is begun; nullptr: nobody will
  /// Called on the calling thread, after every piece and ten times a second.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
  WorkElsewhere elsewhere = {};

  /// As `jobs` says, one at least.
  [[nodiscard]] unsigned threads() const;

  /// Calls work(i) for each i below `pieces`, on any thread and in any order, and ended(i) on the
  /// calling thread, in order, as soon as i and all before it are done. What work throws comes out
  /// when its turn has come; nothing after it is handed over. Interrupted leaves the piece undone.
  /// Returns how many were handed over: all, or after a stop those that are done.
  std::size_t run(std::size_t pieces, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& ended) const;
};

}  // namespace commsim
