#include <algorithm>
#include <set>

#include "sim/report/plan_report.hpp"
#include "sim/workload/step/job_notes.hpp"

namespace commsim {

std::vector<std::string> plan_notes(const PlanFindings& findings) {
  std::set<std::string> notes;
  const auto add = [&](const std::vector<PlanCandidate>& candidates, std::size_t most) {
    for (std::size_t i = 0; i < std::min(candidates.size(), most); ++i) {
      const auto own = notes_on(findings.plan->set.points[candidates[i].point].job);
      notes.insert(own.begin(), own.end());
    }
  };
  add(findings.outcome.ranked, static_cast<std::size_t>(findings.plan->spec().rows));
  add(findings.outcome.front, findings.outcome.front.size());
  return {notes.begin(), notes.end()};
}

}  // namespace commsim
