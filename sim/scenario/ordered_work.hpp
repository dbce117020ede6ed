// Pieces of work on several cores whose results are wanted in order.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace commsim {

struct OrderedWork {
  unsigned jobs = 0;  ///< threads; 0 stands for one a core
  const std::atomic<bool>* stop =
      nullptr;  ///< once it is set nothing is begun; nullptr: nobody will
  /// Called on the calling thread, after every piece and ten times a second.
  std::function<void(std::size_t done, std::size_t all)> progress = {};

  /// Calls work(i) for each i below `pieces`, on any thread and in any order, and ended(i) on the
  /// calling thread, in order, as soon as i and all before it are done. What work throws comes out
  /// when its turn has come; nothing is begun after it. Returns how many were handed over: after a
  /// stop those that are done up to the first that is not.
  std::size_t run(std::size_t pieces, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& ended) const;
};

}  // namespace commsim
