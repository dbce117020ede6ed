// Choices of a plan as rows of a table, and in words.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/plan/plan_candidate.hpp"
#include "sim/plan/plan_file.hpp"

namespace commsim {

/// The last part of a key path: "bandwidth".
std::string short_key(const std::string& path);

/// "12.5 %".
std::string percent_text(double share);

/// "tensor 8, pipeline 4": what was chosen from lists.
std::string choice_words(const std::vector<std::pair<std::string, std::string>>& choices);

/// What was chosen from the list at that path; "-" if the point has no such list.
std::string chosen_value(const TrainingPoint& point, const std::string& path);

/// A title, a line for each row with a column for each list of which the rows have different
/// values, and what all have in common. REQUIRES: there are rows.
void write_plan_table(std::ostream& out, const std::string& title, const Plan& plan,
                      const std::vector<PlanCandidate>& rows);

}  // namespace commsim
