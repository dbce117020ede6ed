#include "sim/cli/step_file.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/plan/plan_file.hpp"

namespace commsim {

TrainingSet read_steps(const ConfigDocument& document, const RunLimits* limits) {
  if (document.root.find("plan") == nullptr) return read_training(document, limits);
  TrainingSet set = read_plan(document, limits).set;
  auto choices = std::ssize(set.points);
  for (const auto& [reason, count] : set.refused) choices += count;
  if (choices > 1) {
    throw RequestError(fmt::format(
        "{} is a plan with {} choices: commsim plan searches them; --set PATH=VALUE for "
        "each list (plan.alternative=NAME for its alternatives) leaves one, which can be run",
        document.sources.front(), choices));
  }
  if (set.points.empty()) return read_plan(document, limits, Illegal::kIsAnError).set;
  return set;
}

}  // namespace commsim
