#include "sim/report/training_trace.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace commsim::training_trace {
namespace {

// The format counts microseconds; six decimals keep every picosecond.
std::string microseconds(Duration span) {
  constexpr std::int64_t kPerMicrosecond = 1'000'000;
  return fmt::format("{}.{:06}", span.count() / kPerMicrosecond, span.count() % kPerMicrosecond);
}

std::string name_of(const StepTask& task) {
  std::string name(to_text(task.activity));
  if (task.micro_batch >= 0) name += fmt::format(" of micro-batch {}", task.micro_batch);
  if (task.layer >= 0) name += fmt::format(" from layer {}", task.layer);
  return name;
}

void add_slice(std::ostream& out, const StepTask& task, std::int64_t stage,
               const StepTimes::Span& span) {
  constexpr auto kSlice =
      ",\n{{\"ph\":\"X\",\"pid\":{},\"tid\":{},\"name\":{},\"cat\":\"{}\",\"ts\":{},\"dur\":{}}}";
  out << fmt::format(kSlice, stage, static_cast<int>(task.stream),
                     nlohmann::json(name_of(task)).dump(), to_text(task.activity),
                     microseconds(span.start), microseconds(span.length()));
}

}  // namespace
}  // namespace commsim::training_trace

namespace commsim {

void write_training_trace(std::ostream& out, const std::string& title,
                          const TrainingTimeline& timeline) {
  out << fmt::format(R"({{"displayTimeUnit":"ms","otherData":{{"title":{}}},"traceEvents":[)",
                     nlohmann::json(title).dump());
  const char* comma = "\n";
  for (std::int64_t stage = 0; stage < timeline.graph.stages(); ++stage) {
    constexpr auto kProcess =
        R"({}{{"ph":"M","pid":{},"name":"process_name","args":{{"name":"stage {}"}}}})";
    out << fmt::format(kProcess, comma, stage, stage);
    comma = ",\n";
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
      constexpr auto kThread =
          R"({}{{"ph":"M","pid":{},"tid":{},"name":"thread_name","args":{{"name":"{}"}}}})";
      out << fmt::format(kThread, comma, stage, stream, to_text(static_cast<GpuStream>(stream)));
    }
  }
  for (std::size_t i = 0; i < timeline.graph.tasks().size(); ++i) {
    const StepTask& task = timeline.graph.tasks()[i];
    const auto& span = timeline.times->of(timeline.graph, 0, static_cast<TaskId>(i));
    if (!span.ran()) continue;
    training_trace::add_slice(out, task, task.stage, span);
    if (task.partner >= 0) training_trace::add_slice(out, task, task.partner, span);
  }
  out << "\n]}\n";
}

}  // namespace commsim
