#include "sim/workload/algorithm_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/workload/call_parameters.hpp"

namespace commsim {
namespace {

bool follows_a_file(const Algorithm& algorithm) {
  return std::ranges::count(algorithm.parameters, "schedule") != 0;
}

}  // namespace

CollectiveRun run_by(const std::string& algorithm, const CollectiveRun& run) {
  CollectiveRun attempt = run;
  attempt.algorithm = &find_algorithm(run.call.kind, algorithm);
  attempt.call = call_for(*attempt.algorithm, run.call);
  return attempt;
}

std::vector<std::string> candidates(CollectiveKind kind, bool with_schedule) {
  std::vector<std::string> names = algorithm_names(kind);
  std::erase_if(names, [&](const std::string& name) {
    return !with_schedule && follows_a_file(find_algorithm(kind, name));
  });
  return names;
}

RefusedAlgorithm refused_by(const std::string& algorithm, const RequestError& refusal) {
  const std::string reason = refusal.what();
  return {.algorithm = algorithm, .reason = reason.substr(0, reason.find("; legal here: "))};
}

std::string none_left(const std::vector<RefusedAlgorithm>& refused) {
  std::string text = "no algorithm accepts this call and cluster";
  for (const auto& [algorithm, reason] : refused) {
    text += fmt::format("; {}: {}", algorithm, reason);
  }
  return text;
}

void ensure_one_accepts(const std::vector<std::string>& algorithms, const CollectiveCall& call) {
  std::vector<RefusedAlgorithm> refused;
  for (const std::string& name : algorithms) {
    const Algorithm& algorithm = find_algorithm(call.kind, name);
    try {
      algorithm.make(call_for(algorithm, call));
      return;
    } catch (const RequestError& refusal) {
      refused.push_back(refused_by(name, refusal));
    }
  }
  throw RequestError(none_left(refused));
}

ChosenRun run_fastest(const CollectiveRun& run, const std::vector<std::string>& algorithms,
                      Watch watch) {
  // A timeline is large, so only the chosen run is watched for one.
  const Watch glance = watch == Watch::kTimeline ? Watch::kLinks : watch;
  std::optional<ChosenRun> best;
  std::optional<Duration> plain;  // of compressed calls: the fastest without compression
  AlgorithmChoice choice;
  for (const std::string& name : algorithms) {
    try {
      CollectiveRun attempt = run_by(name, run);
      CollectiveResult result = run_collective(attempt, glance);
      choice.candidates.push_back({.change = name, .time = result.time});
      if (result.coded) plain = std::min(plain.value_or(result.coded->plain), result.coded->plain);
      if (best && best->result.time <= result.time) continue;
      best = {.run = std::move(attempt), .algorithm = name, .result = std::move(result)};
    } catch (const RequestError& refusal) {
      choice.refused.push_back(refused_by(name, refusal));
    }
  }
  if (!best) throw RequestError(none_left(choice.refused));
  std::ranges::stable_sort(choice.candidates, {}, &Alternative::time);
  if (glance != watch) best->result = run_collective(best->run, watch);
  if (plain) best->result.coded->plain = *plain;
  best->choice = std::move(choice);
  return *std::move(best);
}

}  // namespace commsim
