// Workers and parameter servers by events.
#pragma once

#include "sim/workload/updates/server_system.hpp"
#include "sim/workload/updates/update_result.hpp"

namespace commsim {

struct ServerConditions {
  /// A worker's k-th pull of a shard is answered when all workers' pushes number k - most_ahead to
  /// it have been applied; 0 is synchronous.
  std::int64_t most_ahead = 0;
  /// The pushes of an iteration are one update, not one each: what staleness counts.
  bool one_update = false;
  std::int64_t iterations = 1;  ///< the run ends when as many for each worker have been done
  /// How long a worker computes in an iteration; asked once, when it starts.
  std::function<Duration(std::int64_t worker, std::int64_t iteration)> compute;
};

/// Whole messages queue at every link in the order in which they come, as in the network model
/// link_fifo with cut-through; gradients queue at their server. An iteration of a worker that is
/// alone takes
///   compute + max over servers i of (push_i / B + D + apply_i + pull_i / B + D)
/// where its own messages do not queue. Without queues more of most_ahead is never slower:
///   answer(w, k) = max(applied(w, k), max over v of applied(v, k - most_ahead)).
/// O(iterations * workers * servers * links of a route). Throws RequestError where the clock ends.
UpdateResult run_servers(const ServerSystem& system, const ServerConditions& conditions);

}  // namespace commsim
