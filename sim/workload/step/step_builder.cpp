#include "sim/workload/step/step_builder.hpp"

#include <array>
#include <deque>

#include "core/index.hpp"
#include "sim/workload/step/stage_builder.hpp"

namespace commsim {

namespace {

void connect(StepGraph& graph, const StageBuilder::Ends& ends) {
  const std::size_t chunks = ends.forward.size();
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    for (std::size_t m = 0; m < ends.forward[chunk].size(); ++m) {
      if (chunk > 0) graph.depends(ends.forward[chunk][m].first, ends.forward[chunk - 1][m].done);
      if (chunk + 1 == chunks) continue;
      graph.depends(ends.backward[chunk][m].first, ends.backward[chunk + 1][m].done);
    }
  }
}

// The first and the last stage sum the gradients of the matrix that both hold.
TaskId add_tied(StepGraph& graph, const StepParts& parts, const StageBuilder& first,
                const StageBuilder& last) {
  const std::int64_t tied = parts.stages.front().tied;
  if (parts.parallelism.pipeline < 2 || tied == 0) return kNoTask;
  const TrafficItem call{.traffic = Traffic::kEmbedding,
                         .what = "tied matrix",
                         .group = GroupKind::kEnds,
                         .ranks = 2,
                         .size = Bytes{tied} * parts.parallelism.precision.gradient,
                         .calls = 1};
  const std::array<TaskId, 4> after = {first.passes_done(), last.passes_done(),
                                       first.gradients_done(), last.gradients_done()};
  return graph.add({.stage = 0,
                    .stream = GpuStream::kData,
                    .activity = Activity::kEmbedding,
                    .partner = static_cast<std::int32_t>(parts.parallelism.pipeline - 1),
                    .time = parts.price(0, call)},
                   after);
}

}  // namespace

StepGraph build_step(const StepParts& parts) {
  const Parallelism& parallelism = parts.parallelism;
  StepGraph graph(std::ssize(parts.stages));
  const std::size_t chunks = index(parallelism.chunks());
  const std::vector<PassEnds> none(index(parallelism.micro_batches()));
  StageBuilder::Ends ends{.forward = {chunks, none}, .backward = {chunks, none}};
  std::deque<StageBuilder> builders;
  for (std::int64_t stage = 0; stage < graph.stages(); ++stage) {
    builders.emplace_back(graph, parts, stage).add_passes(ends);
  }
  connect(graph, ends);
  const TaskId tied = add_tied(graph, parts, builders.front(), builders.back());
  for (std::size_t s = 0; s < builders.size(); ++s) {
    const bool end = s == 0 || s + 1 == builders.size();
    builders[s].finish(end ? tied : kNoTask);
  }
  return graph;
}

}  // namespace commsim
