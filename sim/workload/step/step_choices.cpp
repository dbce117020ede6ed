#include "sim/workload/step/step_choices.hpp"

#include "sim/workload/step/group_calls.hpp"

namespace commsim {

std::string algorithm_of(const StepChoices& choices, const TrafficItem& call) {
  const bool sends = call.collective == CollectiveKind::kSendRecv;
  const auto place = choices.algorithms.find(call.traffic);
  if (place != choices.algorithms.end() && (!sends || place->second == kByPhysics)) {
    return place->second;
  }
  if (!choices.other_algorithm.empty()) return choices.other_algorithm;
  return sends || call.collective == CollectiveKind::kAllToAll ? "direct" : "ring";
}

}  // namespace commsim
