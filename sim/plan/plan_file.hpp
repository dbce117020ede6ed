// A plan as it is read: the choices of its file, and what is wanted of them.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan_spec.hpp"
#include "sim/scenario/training_set.hpp"

namespace commsim {

struct Plan {
  TrainingSet set;  ///< of all alternatives; their name is a choice if there are several
  std::vector<PlanSpec> specs;  ///< by TrainingPoint::document: prices and limits are its own

  /// Where it does not matter of which alternative it is: goal, tokens, rows, the question, and
  /// whether there are prices.
  [[nodiscard]] const PlanSpec& spec() const { return specs.front(); }
  [[nodiscard]] const PlanSpec& spec_of(std::size_t point) const {
    return specs[set.points[point].document];
  }
};

/// Reads and builds everything, simulates nothing. Throws ConfigError with all that is wrong, and
/// in which alternative if not in all.
Plan read_plan(const ConfigDocument& document, const RunLimits* limits = nullptr,
               Illegal illegal = Illegal::kIsLeftOut);

/// The same with "path=value" on top, as --set takes it. Alternatives in which nothing is wrong but
/// this value are left without choices; throws ConfigError if no other is there.
Plan read_variation(ConfigDocument document, const std::string& assignment);

/// Throws ConfigError at plan.find.key if neither end of the range is a value of that key, nor one
/// of up to 64 whole numbers between.
void require_answerable(const ConfigDocument& document, const PlanQuestion& question);

}  // namespace commsim
