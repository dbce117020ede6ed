#include "sim/workload/step/step_choices.hpp"

namespace commsim {

std::string algorithm_of(const StepChoices& choices, const TrafficItem& call) {
  if (call.collective == CollectiveKind::kSendRecv) return "direct";
  const auto place = choices.algorithms.find(call.traffic);
  if (place != choices.algorithms.end()) return place->second;
  return call.collective == CollectiveKind::kAllToAll ? "direct" : "ring";
}

}  // namespace commsim
