// The fastest algorithm for a call on a cluster, by trying them all.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "sim/workload/collective_run.hpp"
#include "sim/workload/sensitivity.hpp"

namespace commsim {

/// An algorithm that cannot do what is asked for, and why.
struct RefusedAlgorithm {
  std::string algorithm;
  std::string reason;
};

struct AlgorithmChoice {
  std::vector<Alternative> candidates;    ///< fastest first, equals by name
  std::vector<RefusedAlgorithm> refused;  ///< by name
};

/// A run by the algorithm that was chosen for it.
struct ChosenRun {
  CollectiveRun run;
  std::string algorithm;
  CollectiveResult result;
  AlgorithmChoice choice;
};

/// The algorithms that may be chosen for a collective, by name. Those that follow the schedule of a
/// file need one.
std::vector<std::string> candidates(CollectiveKind kind, bool with_schedule);

/// Without the part that says which others are legal: they have been tried as well.
RefusedAlgorithm refused_by(const std::string& algorithm, const RequestError& refusal);

/// The text that says that no algorithm is left, and why.
std::string none_left(const std::vector<RefusedAlgorithm>& refused);

/// Throws RequestError with all reasons if each of the algorithms refuses the call, whose layout is
/// given; simulates nothing.
void ensure_one_accepts(const std::vector<std::string>& algorithms, const CollectiveCall& call);

/// The same run by the named algorithm, with those of its parameters that this one takes.
CollectiveRun run_by(const std::string& algorithm, const CollectiveRun& run);

/// Simulates the call by each of the algorithms in turn, whatever that of `run` is, with those of
/// its parameters that each takes. Throws RequestError if all refuse.
ChosenRun run_fastest(const CollectiveRun& run, const std::vector<std::string>& algorithms,
                      Watch watch = Watch::kLinks);

}  // namespace commsim
