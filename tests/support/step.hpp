// Steps of a job whose calls have made-up prices, without any cluster.
#pragma once

#include <functional>
#include <map>

#include "sim/workload/step/stage_units.hpp"
#include "sim/workload/step/step_account.hpp"
#include "sim/workload/step/step_builder.hpp"
#include "sim/workload/training/gpu.hpp"

namespace commsim::support {

inline Roofline a100_roofline() {
  return {.gpu = &Registry<Gpu>::get("a100_80gb", "GPU"),
          .precision = {.compute = NumberFormat::kBf16}};
}

inline CallPricing free_calls() {
  return [](std::int64_t, const TrafficItem&) { return Duration{0}; };
}

// Every rank sends what it must over a link of its own, with nothing lost in front of it.
inline CallPricing calls_at(Bandwidth bandwidth) {
  return [=](std::int64_t, const TrafficItem& call) { return call.sent() / bandwidth; };
}

struct BuiltStep {
  StepGraph graph;
  StepTimes times;
};

template <typename Model>
BuiltStep built_step(const Model& model, const Parallelism& parallelism, const CallPricing& price,
                     const StepChoices& choices = {}, Duration optimizer = Duration{0}) {
  validate(parallelism, model);
  const auto stages = stage_units(model, parallelism, a100_roofline());
  const std::function<Duration(std::int64_t, const StepParameters&)> update =
      [=](std::int64_t, const StepParameters&) { return optimizer; };
  StepGraph graph = build_step({.stages = stages,
                                .parallelism = parallelism,
                                .choices = choices,
                                .price = price,
                                .optimizer = update});
  StepTimes times = simulate_step(graph, {.lost_to_communication = choices.lost_to_communication});
  return {std::move(graph), std::move(times)};
}

}  // namespace commsim::support
