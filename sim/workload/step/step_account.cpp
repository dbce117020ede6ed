#include "sim/workload/step/step_account.hpp"

#include <algorithm>
#include <array>

#include "core/index.hpp"

namespace commsim::step_account {
namespace {

constexpr std::size_t kFirstCommunication = static_cast<std::size_t>(Activity::kData);

// A task of a replica; what all do together is the same for any.
struct Node {
  std::int64_t replica = 0;
  TaskId task = kNoTask;

  [[nodiscard]] bool any() const { return task != kNoTask; }
};

// Finds out what a task waited for last.
class Causes {
 public:
  Causes(const StepGraph& graph, const StepTimes& times)
      : graph_(graph),
        times_(times),
        first_(graph.tasks().size() + 1),
        in_front_(graph.tasks().size(), {kNoTask, kNoTask}),
        streams_(index(graph.stages()) * kStreams) {
    for (const auto& edge : graph.edges()) ++first_[index(edge.after) + 1];
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    before_.resize(graph.edges().size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (const auto& edge : graph.edges()) before_[next[index(edge.after)]++] = edge.before;
    for (std::size_t i = 0; i < graph.tasks().size(); ++i) {
      const StepTask& task = graph.tasks()[i];
      in_front_[i][0] = append(task.stage, task.stream, static_cast<TaskId>(i));
      if (task.partner >= 0) {
        in_front_[i][1] = append(task.partner, task.stream, static_cast<TaskId>(i));
      }
    }
  }

  [[nodiscard]] const StepTimes::Span& span(Node node) const {
    return times_.of(graph_, node.replica, node.task);
  }
  [[nodiscard]] const StepTask& task(Node node) const { return graph_.task(node.task); }
  [[nodiscard]] const std::vector<TaskId>& stream(std::int64_t stage, GpuStream which) const {
    return streams_[index(stage) * kStreams + static_cast<std::size_t>(which)];
  }
  // What ended when the task started; none if that is the beginning.
  [[nodiscard]] Node of(Node node) const {
    Node latest{.replica = node.replica};
    take_later(latest, node);
    if (!task(node).together) return latest;
    for (std::int64_t r = 0; r < times_.replicas(); ++r) {
      if (r != node.replica) take_later(latest, {.replica = r, .task = node.task});
    }
    return latest;
  }

 private:
  TaskId append(std::int64_t stage, GpuStream which, TaskId task) {
    auto& tasks = streams_[index(stage) * kStreams + static_cast<std::size_t>(which)];
    const TaskId front = tasks.empty() ? kNoTask : tasks.back();
    tasks.push_back(task);
    return front;
  }
  // The task in front of it that ran, in the stream of the stage.
  [[nodiscard]] Node before_in_stream(Node node, std::int64_t stage) const {
    do {
      node.task = in_front_[index(node.task)][task(node).stage == stage ? 0 : 1];
    } while (node.any() && !span(node).ran());
    return node;
  }
  void take_later(Node& latest, Node node) const {
    const auto take = [&](Node other) {
      if (!other.any() || !span(other).ran()) return;
      if (!latest.any() || span(other).end > span(latest).end) latest = other;
    };
    take(before_in_stream(node, task(node).stage));
    if (task(node).partner >= 0) take(before_in_stream(node, task(node).partner));
    for (std::size_t i = first_[index(node.task)]; i < first_[index(node.task) + 1]; ++i) {
      take({.replica = node.replica, .task = before_[i]});
    }
  }

  const StepGraph& graph_;
  const StepTimes& times_;
  std::vector<std::size_t> first_;
  std::vector<TaskId> before_;
  std::vector<std::array<TaskId, 2>> in_front_;  // in the stream of its stage, and of its partner
  std::vector<std::vector<TaskId>> streams_;
};

// Whether the stage takes part in it. What another one does on its stream of computing, its calls
// within layers among it, is that one's own; so is what only its replicas send each other. Messages
// between stages that a stage comes to wait for are those to it.
bool takes_part(const StepTask& task, std::int64_t stage) {
  if (task.activity == Activity::kPipeline) return true;
  if (computes(task.activity) || task.stream == GpuStream::kCompute) return false;
  return task.stage == stage || task.partner == stage;
}

// Divides [from, until), in which the stage computed nothing, among the communication that `last`
// and its causes are, back to the first of them that is none of the stage's.
void blame(const Causes& causes, std::int64_t stage, Duration from, Duration until, Node last,
           StageTime& time) {
  while (last.any() && until > from && takes_part(causes.task(last), stage)) {
    const Duration began = std::max(from, causes.span(last).start);
    time.spent[causes.task(last).activity] += until - began;
    until = began;
    last = causes.of(last);
  }
  time.bubble += until - from;
}

StageTime account_for(const Causes& causes, std::int64_t replica, std::int64_t stage,
                      Duration total, const ReplicaWork& work) {
  StageTime time;
  Duration now{0};
  ActivityTimes beside;
  for (const TaskId id : causes.stream(stage, GpuStream::kCompute)) {
    const Node node{.replica = replica, .task = id};
    const auto& span = causes.span(node);
    if (!span.ran()) continue;
    if (span.start > now) blame(causes, stage, now, span.start, causes.of(node), time);
    time.spent[causes.task(node).activity] += span.length();
    beside[causes.task(node).activity] +=
        work.hidden.empty() ? causes.task(node).hidden : work.hidden[index(id)];
    now = span.end;
  }
  Node last;
  ActivityTimes sent;
  for (const GpuStream stream :
       {GpuStream::kData, GpuStream::kForwardSends, GpuStream::kBackwardSends}) {
    for (const TaskId id : causes.stream(stage, stream)) {
      const Node node{.replica = replica, .task = id};
      if (!causes.span(node).ran()) continue;
      sent[causes.task(node).activity] += causes.span(node).length();
      if (!last.any() || causes.span(node).end > causes.span(last).end) last = node;
    }
  }
  // Exposed by others' messages, too, so that no more is hidden than was sent.
  for (std::size_t i = kFirstCommunication; i < kActivities; ++i) {
    const auto activity = static_cast<Activity>(i);
    time.hidden[activity] = std::max(Duration{0}, sent[activity] - time.spent[activity]);
  }
  if (last.any() && causes.span(last).end > now) {
    const Duration end = causes.span(last).end;
    StageTime tail;
    blame(causes, stage, now, end, last, tail);
    for (std::size_t i = kFirstCommunication; i < kActivities; ++i) {
      const auto activity = static_cast<Activity>(i);
      time.spent[activity] += tail.spent[activity];
      time.hidden[activity] = std::max(Duration{0}, time.hidden[activity] - tail.spent[activity]);
    }
    time.bubble += tail.bubble;
    now = end;
  }
  for (std::size_t i = kFirstCommunication; i < kActivities; ++i) {
    const auto activity = static_cast<Activity>(i);
    time.hidden[activity] += beside[activity];
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

std::optional<double> StageTime::exposed_share() const {
  const double exposed = seconds(spent.communicating());
  const double all = exposed + seconds(hidden.communicating());
  return all > 0 ? std::optional(exposed / all) : std::nullopt;
}

std::vector<StageTime> account(const StepGraph& graph, const StepTimes& times, std::int64_t replica,
                               const ReplicaWork& work) {
  const step_account::Causes causes(graph, times);
  std::vector<StageTime> stages;
  for (std::int64_t stage = 0; stage < graph.stages(); ++stage) {
    stages.push_back(step_account::account_for(causes, replica, stage, times.total(), work));
  }
  return stages;
}

ActivityTimes critical_path(const StepGraph& graph, const StepTimes& times) {
  using step_account::Node;
  const step_account::Causes causes(graph, times);
  Node last;
  for (std::int64_t r = 0; r < times.replicas(); ++r) {
    for (std::size_t i = 0; i < graph.tasks().size(); ++i) {
      const Node node{.replica = r, .task = static_cast<TaskId>(i)};
      if (!causes.span(node).ran()) continue;
      if (!last.any() || causes.span(node).end > causes.span(last).end) last = node;
    }
  }
  ActivityTimes path;
  for (; last.any(); last = causes.of(last)) {
    path[graph.task(last.task).activity] += causes.span(last).length();
  }
  return path;
}

}  // namespace commsim
