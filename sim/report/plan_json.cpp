#include "sim/report/plan_report.hpp"
#include "sim/report/record.hpp"

namespace commsim::plan_json {
namespace {

nlohmann::ordered_json choices_of(const std::vector<std::pair<std::string, std::string>>& choices) {
  auto object = nlohmann::ordered_json::object();
  for (const auto& [path, value] : choices) object[path] = value;
  return object;
}

nlohmann::ordered_json record_of(const PlanFindings& findings, const PlanCandidate& candidate) {
  const PlanSpec& spec = findings.plan->spec();
  const TrainingPoint& point = findings.plan->set.points[candidate.point];
  nlohmann::ordered_json record = {{"choices", choices_of(point.choices)},
                                   {"gpus", candidate.gpus},
                                   {"data", point.job.parallelism.data},
                                   {"tensor", point.job.parallelism.tensor},
                                   {"pipeline", point.job.parallelism.pipeline},
                                   {"step_s", seconds(candidate.step)},
                                   {"per_s", candidate.per_second},
                                   {"mfu", candidate.mfu},
                                   {"computing", candidate.computing},
                                   {"exposed", candidate.exposed},
                                   {"bubble", candidate.bubble},
                                   {"memory", candidate.memory.count()},
                                   {"held_up_by", candidate.bottleneck},
                                   {"per_hour", candidate.per_hour}};
  if (spec.tokens > 0) {
    record["days"] = candidate.days(spec.tokens);
    record["cost"] = candidate.cost(spec.tokens);
  }
  record["purchase"] = candidate.purchase;
  return record;
}

nlohmann::ordered_json answer_of(const PlanFindings& findings) {
  const PlanAnswer& answer = *findings.answer;
  nlohmann::ordered_json record = {
      {"key", findings.plan->spec().find->key},
      {"wants", findings.plan->spec().find->wants_least ? "least" : "largest"},
      {"value", nullptr},
      {"fails", nullptr},
      {"step_s", nullptr}};
  if (answer.value) record["value"] = *answer.value;
  if (answer.fails) record["fails"] = *answer.fails;
  if (answer.best) record["step_s"] = seconds(answer.best->step);
  record["choices"] = answer.best ? choices_of(findings.answered_by) : nlohmann::ordered_json();
  return record;
}

}  // namespace
}  // namespace commsim::plan_json

namespace commsim {

void write_plan_json(std::ostream& out, const std::string& version, const PlanFindings& findings) {
  using plan_json::record_of;
  const auto all = [&](const std::vector<PlanCandidate>& candidates, std::size_t most) {
    auto list = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < std::min(candidates.size(), most); ++i) {
      list.push_back(record_of(findings, candidates[i]));
    }
    return list;
  };
  const PlanOutcome& outcome = findings.outcome;
  const auto rows = static_cast<std::size_t>(findings.plan->spec().rows);
  auto gains = nlohmann::ordered_json::array();
  for (const Alternative& gain : findings.gains) {
    gains.push_back({{"change", gain.change}, {"step_s", seconds(gain.time)}});
  }
  auto refused = nlohmann::ordered_json::object();
  for (const auto& [reason, count] : outcome.refused) refused[reason] = count;
  const nlohmann::ordered_json object = {
      {"commsim", version},
      {"plan", findings.plan->set.name},
      {"ranked", all(outcome.ranked, rows)},
      {"front", all(outcome.front, outcome.front.size())},
      {"gains", gains},
      {"refused", refused},
      {"answer", findings.answer ? plan_json::answer_of(findings) : nlohmann::ordered_json()},
      {"complete", outcome.complete},
      {"warnings", plan_notes(findings)}};
  out << dumped(object) << '\n';
}

}  // namespace commsim
