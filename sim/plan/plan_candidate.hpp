// One choice of a plan and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/plan/plan_spec.hpp"

namespace commsim {

/// What the search keeps of a simulated point.
struct PlanCandidate {
  std::size_t point = 0;  ///< of the file
  Duration step{0};
  std::int64_t gpus = 0;
  double per_second = 0;  ///< tokens, or samples where there are none
  double per_hour = 0;    ///< money
  double purchase = 0;    ///< money for all that is bought
  double mfu = 0;
  double computing = 0;  ///< shares of the step
  double exposed = 0;
  double bubble = 0;
  Bytes memory;
  std::string bottleneck;  ///< the traffic that is exposed most, or "computing", or "bubble"

  /// Money for a token (or a sample).
  [[nodiscard]] double unit_cost() const;
  /// Of so many tokens.
  [[nodiscard]] double days(double tokens) const;
  [[nodiscard]] double cost(double tokens) const;
};

PlanCandidate candidate_of(std::size_t point, const TrainingResult& result, double per_hour);

/// The first limit that the candidate breaks, in words; nothing if it keeps all.
std::optional<std::string> broken_limit(const PlanSpec& spec, const PlanCandidate& candidate);

/// Ascending: less is better.
double score(PlanGoal goal, const PlanCandidate& candidate);

/// Those to which none is better in both time and cost for a token, fastest first.
/// O(n log n).
std::vector<PlanCandidate> pareto_front(std::vector<PlanCandidate> candidates);

/// Best first; equal ones by their number in the file.
void rank(PlanGoal goal, std::vector<PlanCandidate>& candidates);

}  // namespace commsim
