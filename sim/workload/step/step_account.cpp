#include "sim/workload/step/step_account.hpp"

#include <algorithm>

#include "core/index.hpp"

namespace commsim::step_account {
namespace {

constexpr std::size_t kFirstCommunication = static_cast<std::size_t>(Activity::kData);

// Finds out what a task waited for last.
class Causes {
 public:
  Causes(const StepGraph& graph, const StepTimes& times, std::int64_t replica)
      : graph_(graph),
        times_(times),
        replica_(replica),
        first_(graph.tasks().size() + 1),
        in_front_(graph.tasks().size(), kNoTask),
        streams_(index(graph.stages()) * kStreams) {
    for (const auto& edge : graph.edges()) ++first_[index(edge.after) + 1];
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    before_.resize(graph.edges().size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (const auto& edge : graph.edges()) before_[next[index(edge.after)]++] = edge.before;
    for (std::size_t i = 0; i < graph.tasks().size(); ++i) {
      const StepTask& task = graph.tasks()[i];
      append(task.stage, task.stream, static_cast<TaskId>(i));
      if (task.partner >= 0) append(task.partner, task.stream, static_cast<TaskId>(i));
    }
  }

  [[nodiscard]] const StepTimes::Span& span(TaskId task) const {
    return times_.of(graph_, replica_, task);
  }
  [[nodiscard]] const std::vector<TaskId>& stream(std::int64_t stage, GpuStream which) const {
    return streams_[index(stage) * kStreams + static_cast<std::size_t>(which)];
  }
  // What ended when the task started; kNoTask if that is the beginning.
  [[nodiscard]] TaskId of(TaskId task) const {
    TaskId latest = in_front_[index(task)];
    for (std::size_t i = first_[index(task)]; i < first_[index(task) + 1]; ++i) {
      if (latest == kNoTask || span(before_[i]).end > span(latest).end) latest = before_[i];
    }
    return latest;
  }

 private:
  void append(std::int64_t stage, GpuStream which, TaskId task) {
    auto& tasks = streams_[index(stage) * kStreams + static_cast<std::size_t>(which)];
    if (!tasks.empty()) {
      TaskId& old = in_front_[index(task)];
      if (old == kNoTask || span(tasks.back()).end > span(old).end) old = tasks.back();
    }
    tasks.push_back(task);
  }

  const StepGraph& graph_;
  const StepTimes& times_;
  std::int64_t replica_;
  std::vector<std::size_t> first_;
  std::vector<TaskId> before_;
  std::vector<TaskId> in_front_;  // of its stream, the one that ended last
  std::vector<std::vector<TaskId>> streams_;
};

// Divides [from, until) among the communication that `last` and its causes are.
void blame(const StepGraph& graph, const Causes& causes, Duration from, Duration until, TaskId last,
           StageTime& stage) {
  while (last != kNoTask && until > from && !computes(graph.task(last).activity)) {
    const Duration began = std::max(from, causes.span(last).start);
    stage.spent[graph.task(last).activity] += until - began;
    until = began;
    last = causes.of(last);
  }
  stage.bubble += until - from;
}

StageTime account_for(const StepGraph& graph, const Causes& causes, std::int64_t stage,
                      Duration total) {
  StageTime time;
  Duration now{0};
  for (const TaskId id : causes.stream(stage, GpuStream::kCompute)) {
    const auto& span = causes.span(id);
    if (span.start > now) blame(graph, causes, now, span.start, causes.of(id), time);
    time.spent[graph.task(id).activity] += span.length();
    now = span.end;
  }
  TaskId last = kNoTask;
  ActivityTimes sent;
  for (const GpuStream stream :
       {GpuStream::kData, GpuStream::kForwardSends, GpuStream::kBackwardSends}) {
    for (const TaskId id : causes.stream(stage, stream)) {
      sent[graph.task(id).activity] += causes.span(id).length();
      if (last == kNoTask || causes.span(id).end > causes.span(last).end) last = id;
    }
  }
  // Exposed by others' messages, too, so that no more is hidden than was sent.
  for (std::size_t i = kFirstCommunication; i < kActivities; ++i) {
    const auto activity = static_cast<Activity>(i);
    time.hidden[activity] = std::max(Duration{0}, sent[activity] - time.spent[activity]);
  }
  if (last != kNoTask && causes.span(last).end > now) {
    const Duration end = causes.span(last).end;
    StageTime tail;
    blame(graph, causes, now, end, last, tail);
    for (std::size_t i = kFirstCommunication; i < kActivities; ++i) {
      const auto activity = static_cast<Activity>(i);
      time.spent[activity] += tail.spent[activity];
      time.hidden[activity] = std::max(Duration{0}, time.hidden[activity] - tail.spent[activity]);
    }
    time.bubble += tail.bubble;
    now = end;
  }
  time.bubble += total - now;
  return time;
}

}  // namespace
}  // namespace commsim::step_account

namespace commsim {

Duration ActivityTimes::computing() const {
  return (*this)[Activity::kForward] + (*this)[Activity::kBackward] + (*this)[Activity::kOptimizer];
}

Duration ActivityTimes::communicating() const {
  Duration sum{0};
  for (std::size_t i = step_account::kFirstCommunication; i < kActivities; ++i) sum += times_[i];
  return sum;
}

std::vector<StageTime> account(const StepGraph& graph, const StepTimes& times,
                               std::int64_t replica) {
  const step_account::Causes causes(graph, times, replica);
  std::vector<StageTime> stages;
  for (std::int64_t stage = 0; stage < graph.stages(); ++stage) {
    stages.push_back(step_account::account_for(graph, causes, stage, times.total()));
  }
  return stages;
}

ActivityTimes critical_path(const StepGraph& graph, const StepTimes& times) {
  const step_account::Causes causes(graph, times, 0);
  TaskId last = kNoTask;
  for (std::size_t i = 0; i < graph.tasks().size(); ++i) {
    const auto task = static_cast<TaskId>(i);
    if (last == kNoTask || causes.span(task).end > causes.span(last).end) last = task;
  }
  ActivityTimes path;
  for (; last != kNoTask; last = causes.of(last)) {
    path[graph.task(last).activity] += causes.span(last).length();
  }
  return path;
}

}  // namespace commsim
