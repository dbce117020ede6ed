#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/report/plan_report.hpp"
#include "sim/workload/step/job_notes.hpp"

namespace commsim {

std::vector<std::string> plan_notes(const PlanFindings& findings) {
  std::set<std::string> notes;
  const auto add = [&](const std::vector<PlanCandidate>& candidates, std::size_t most) {
    for (std::size_t i = 0; i < std::min(candidates.size(), most); ++i) {
      const TrainingJob& job = findings.plan->set.points[candidates[i].point].job;
      const auto own = notes_on(job);
      notes.insert(own.begin(), own.end());
      for (const Roofline& type : job.gpus.types()) {
        if (!type.efficiency.source.starts_with("assumed")) continue;
        notes.insert(fmt::format("computing on {}: {}", type.gpu->name, type.efficiency.source));
      }
    }
  };
  add(findings.outcome.ranked, static_cast<std::size_t>(findings.plan->spec().rows));
  add(findings.outcome.front, findings.outcome.front.size());
  return {notes.begin(), notes.end()};
}

}  // namespace commsim
