// The answer to a plan, for people and programs.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/plan/plan_question.hpp"
#include "sim/plan/plan_search.hpp"
#include "sim/workload/sensitivity.hpp"

namespace commsim {

struct PlanFindings {
  const Plan* plan = nullptr;
  PlanOutcome outcome;
  std::vector<Alternative> gains;  ///< of the winner: what a tenth more would bring
  std::optional<PlanAnswer> answer;
  /// The choice that keeps the limits with the value of the answer.
  std::vector<std::pair<std::string, std::string>> answered_by;
};

/// On the choices that are shown, each once.
std::vector<std::string> plan_notes(const PlanFindings& findings);

/// A ranked table, the front, why the winner wins and the others lose. Byte-stable.
void write_plan_text(std::ostream& out, const PlanFindings& findings);
/// One object: {"commsim", "plan", "ranked", "front", "gains", "refused", "answer", "complete",
/// "warnings"}.
void write_plan_json(std::ostream& out, const std::string& version, const PlanFindings& findings);
/// Time and cost (or GPUs, without prices) of the ranked candidates and the front between them as
/// an SVG, which gnuplot draws. Throws MachineError without it, RequestError if nothing is ranked.
std::string plan_picture(const PlanFindings& findings);

}  // namespace commsim
