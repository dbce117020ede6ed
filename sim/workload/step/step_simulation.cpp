#include "sim/workload/step/step_simulation.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/engine/event_queue.hpp"

namespace commsim::step_simulation {
namespace {

constexpr std::int64_t kMostTasks = 50'000'000;

// Who comes after whom, and in which stream, for any replica.
struct Order {
  explicit Order(const StepGraph& graph)
      : first(graph.tasks().size() + 1), before(graph.tasks().size()) {
    for (const auto& edge : graph.edges()) {
      ++first[index(edge.before) + 1];
      ++before[index(edge.after)];
    }
    for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
    after.resize(graph.edges().size());
    std::vector<std::size_t> next(first.begin(), first.end() - 1);
    for (const auto& edge : graph.edges()) after[next[index(edge.before)]++] = edge.after;
    streams.resize(index(graph.stages()) * kStreams);
    for (std::size_t i = 0; i < graph.tasks().size(); ++i) {
      const StepTask& task = graph.tasks()[i];
      streams[stream(task.stage, task.stream)].push_back(static_cast<TaskId>(i));
      if (task.partner >= 0) {
        streams[stream(task.partner, task.stream)].push_back(static_cast<TaskId>(i));
      }
    }
  }

  [[nodiscard]] static std::size_t stream(std::int64_t stage, GpuStream which) {
    return index(stage) * kStreams + static_cast<std::size_t>(which);
  }

  std::vector<std::size_t> first;  // of the tasks after each
  std::vector<TaskId> after;
  std::vector<std::int32_t> before;  // how many
  std::vector<std::vector<TaskId>> streams;
};

class Simulation {
 public:
  Simulation(const StepGraph& graph, const StepConditions& conditions)
      : graph_(graph),
        conditions_(conditions),
        order_(graph),
        tasks_(graph.tasks().size()),
        replicas_(index(conditions.replicas)),
        times_(conditions.replicas, tasks_),
        missing_(replicas_ * tasks_),
        fronts_(replicas_ * order_.streams.size()),
        workers_(replicas_ * index(graph.stages())) {
    for (std::size_t r = 0; r < replicas_; ++r) {
      work_.push_back(conditions.work_of_replica(static_cast<std::int64_t>(r)));
      for (std::size_t t = 0; t < tasks_; ++t) {
        const StepTask& task = graph_.tasks()[t];
        const std::size_t all = task.together ? replicas_ : 1;
        if (task.together && r > 0) continue;
        const std::size_t queued = task.partner < 0 ? 1 : 2;
        missing_[r * tasks_ + t] =
            static_cast<std::int32_t>((index(order_.before[t]) + queued) * all);
      }
    }
  }

  StepTimes run() && {
    for (std::size_t r = 0; r < replicas_; ++r) leave_out(r);
    for (std::size_t r = 0; r < replicas_; ++r) {
      for (std::size_t s = 0; s < order_.streams.size(); ++s) bring_to_front(r, s);
    }
    std::vector<Event> batch;
    while (!queue_.empty()) {
      const Duration now = queue_.pop_instant(batch).time_since_epoch();
      for (const Event& event : batch) {
        const auto task = static_cast<std::size_t>(event.key);
        if (slows_down() && stale(task, event.data)) continue;
        now_ = now;
        end(task);
      }
    }
    ensure(ended_ == to_end(), "tasks of a step wait for each other in a circle");
    times_.set_total(now_);
    return std::move(times_);
  }

 private:
  // A rank's computing, which slows down while it communicates.
  struct Worker {
    int sending = 0;                 // tasks on other streams that run
    std::size_t running = SIZE_MAX;  // the computing task
    double left = 0;                 // of it, in picoseconds at full speed
    Duration since{0};               // when that was so
    std::uint32_t version = 0;       // of the event of its end
  };

  [[nodiscard]] bool slows_down() const { return conditions_.lost_to_communication > 0; }
  // Whether the task is of a micro-batch that the replica does not have.
  [[nodiscard]] bool is_left_out(std::size_t replica, std::size_t own) const {
    const std::int32_t of = graph_.tasks()[own].micro_batch;
    return work_[replica] != nullptr && of >= 0 && of < work_[replica]->first_micro_batch;
  }
  // Nobody waits for what is left out.
  void leave_out(std::size_t replica) {
    if (work_[replica] == nullptr || work_[replica]->first_micro_batch == 0) return;
    for (std::size_t t = 0; t < tasks_; ++t) {
      if (!is_left_out(replica, t)) continue;
      ++ended_;
      tell_all(replica * tasks_ + t);
    }
  }
  [[nodiscard]] Duration time_of(std::size_t physical) const {
    const ReplicaWork* const work = work_[physical / tasks_];
    if (work == nullptr || work->times.empty()) return task(physical).time;
    return work->times[physical % tasks_];
  }
  [[nodiscard]] const StepTask& task(std::size_t physical) const {
    return graph_.tasks()[physical % tasks_];
  }
  [[nodiscard]] std::size_t to_end() const {
    std::size_t all = 0;
    for (const StepTask& task : graph_.tasks()) all += task.together ? 1 : replicas_;
    return all;
  }
  Worker& worker(std::size_t replica, std::int64_t stage) {
    return workers_[replica * index(graph_.stages()) + index(stage)];
  }
  StepTimes::Span& span(std::size_t physical) {
    return times_.of(graph_, static_cast<std::int64_t>(physical / tasks_),
                     static_cast<TaskId>(physical % tasks_));
  }

  void bring_to_front(std::size_t replica, std::size_t stream) {
    const auto& tasks = order_.streams[stream];
    std::size_t& front = fronts_[replica * order_.streams.size() + stream];
    while (front < tasks.size() && is_left_out(replica, index(tasks[front]))) ++front;
    if (front == tasks.size()) return;
    const std::size_t next = index(tasks[front]);
    arrive(graph_.tasks()[next].together ? next : replica * tasks_ + next);
  }
  // Something that the task waited for is there.
  void arrive(std::size_t physical) {
    if (--missing_[physical] == 0) start(physical);
  }

  // Calls `visit` with each replica and stage that take part.
  template <typename Visit>
  void each_part(std::size_t physical, Visit visit) {
    const StepTask& what = task(physical);
    const std::size_t first = what.together ? 0 : physical / tasks_;
    const std::size_t last = what.together ? replicas_ : first + 1;
    for (std::size_t r = first; r < last; ++r) {
      visit(r, what.stage);
      if (what.partner >= 0) visit(r, what.partner);
    }
  }

  void start(std::size_t physical) {
    const StepTask& what = task(physical);
    span(physical).start = now_;
    Duration time = time_of(physical);
    const bool computing = computes(what.activity);
    if (computing && conditions_.slowdown) {
      const double factor = conditions_.slowdown(static_cast<std::int64_t>(physical / tasks_),
                                                 static_cast<TaskId>(physical % tasks_));
      const double slowed = std::ceil(static_cast<double>(time.count()) * factor);
      constexpr double kLongest = 8.64e18;  // a hundred days
      if (!(slowed < kLongest)) throw RequestError("with its jitter a step takes over 100 days");
      time = Duration{std::llround(slowed)};
    }
    if (!slows_down()) return finish_after(physical, time, 0);
    if (computing) {
      Worker& own = worker(physical / tasks_, what.stage);
      own.running = physical;
      own.left = static_cast<double>(time.count());
      own.since = now_;
      return reschedule(own);
    }
    finish_after(physical, time, 0);
    if (what.stream != GpuStream::kCompute) change_sending(physical, +1);
  }

  void finish_after(std::size_t physical, Duration time, std::uint32_t version) {
    queue_.push({.at = later(SimTime{now_}, time), .key = physical, .data = version});
  }

  void change_sending(std::size_t physical, int by) {
    each_part(physical, [&](std::size_t r, std::int64_t stage) {
      Worker& own = worker(r, stage);
      if (own.running != SIZE_MAX) {
        own.left -= static_cast<double>((now_ - own.since).count()) * speed(own);
        own.since = now_;
      }
      own.sending += by;
      if (own.running != SIZE_MAX) reschedule(own);
    });
  }
  [[nodiscard]] double speed(const Worker& own) const {
    return own.sending > 0 ? 1 - conditions_.lost_to_communication : 1;
  }
  void reschedule(Worker& own) {
    const double left = std::ceil(std::max(own.left, 0.0) / speed(own));
    finish_after(own.running, Duration{std::llround(left)}, ++own.version);
  }
  bool stale(std::size_t physical, std::uint32_t version) {
    const StepTask& what = task(physical);
    if (!computes(what.activity)) return false;
    Worker& own = worker(physical / tasks_, what.stage);
    return own.running != physical || own.version != version;
  }

  void end(std::size_t physical) {
    const StepTask& what = task(physical);
    ++ended_;
    span(physical).end = now_;
    if (slows_down()) {
      if (computes(what.activity)) {
        worker(physical / tasks_, what.stage).running = SIZE_MAX;
      } else if (what.stream != GpuStream::kCompute) {
        change_sending(physical, -1);
      }
    }
    tell_all(physical);
    each_part(physical, [&](std::size_t r, std::int64_t stage) {
      const std::size_t stream = Order::stream(stage, what.stream);
      ++fronts_[r * order_.streams.size() + stream];
      bring_to_front(r, stream);
    });
  }
  void tell_all(std::size_t physical) {
    const std::size_t own = physical % tasks_;
    for (std::size_t i = order_.first[own]; i < order_.first[own + 1]; ++i) {
      tell(physical, index(order_.after[i]));
    }
  }
  void tell(std::size_t physical, std::size_t after) {
    const bool of_all = graph_.tasks()[physical % tasks_].together;
    const bool to_all = graph_.tasks()[after].together;
    const std::size_t times = of_all ? replicas_ : 1;
    for (std::size_t i = 0; i < times; ++i) {
      const std::size_t replica = of_all ? i : physical / tasks_;
      arrive(to_all ? after : replica * tasks_ + after);
    }
  }

  const StepGraph& graph_;
  const StepConditions& conditions_;
  Order order_;
  std::size_t tasks_;
  std::size_t replicas_;
  StepTimes times_;
  std::vector<const ReplicaWork*> work_;  // by replica
  std::vector<std::int32_t> missing_;  // dependencies, and streams in which it is not yet in front
  std::vector<std::size_t> fronts_;
  std::vector<Worker> workers_;
  EventQueue queue_;
  Duration now_{0};
  std::size_t ended_ = 0;
};

}  // namespace
}  // namespace commsim::step_simulation

namespace commsim {

StepTimes simulate_step(const StepGraph& graph, const StepConditions& conditions) {
  const auto tasks = static_cast<std::int64_t>(graph.tasks().size());
  if (conditions.replicas > step_simulation::kMostTasks / std::max<std::int64_t>(tasks, 1)) {
    throw RequestError(
        "a step of more than 50 million tasks of all replicas: fewer micro-batches, "
        "layers or replicas do");
  }
  return step_simulation::Simulation(graph, conditions).run();
}

}  // namespace commsim
