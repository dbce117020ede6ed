#include "sim/scenario/sweep_runner.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

namespace commsim::sweep_runner {
namespace {

struct Slot {
  std::unique_ptr<SettledPoint> settled;  // a pointer, since slots are as many as points
  std::exception_ptr failure;
};

using Solve = std::function<SettledPoint(std::size_t)>;

// Points are taken in order by whichever thread is free, which settles them or has a worker settle
// them. Nothing mutable is shared but the slots.
class Pool {
 public:
  Pool(const SweepRunner& runner, const ScenarioSet& set)
      : runner_(runner), set_(set), slots_(set.points.size()) {
    for (PointWorker* worker : runner.workers) {
      start([this, worker](std::size_t i) {
        return worker->settle(runner_.first + i, set_.points[i]);
      });
    }
    if (runner.workers.empty()) start_own();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {  // threads end with the point that they are at
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  // Waits until something has changed, or for a tenth of a second. False when no more will end.
  bool wait() {
    constexpr std::chrono::milliseconds kGlance{100};
    std::unique_lock lock(mutex_);
    const std::size_t seen = ended_;
    if (seen == seen_) {
      changed_.wait_for(lock, kGlance, [&] { return ended_ != seen || threads_at_work_ == 0; });
    }
    seen_ = ended_;
    if (wished() && !closed_) {
      closed_ = true;
      for (PointWorker* worker : runner_.workers) worker->abandon();
      changed_.notify_all();
    }
    if (threads_at_work_ > 0) return true;
    if (closed_ || ended_ == slots_.size()) return false;
    start_own_locked();
    return true;
  }
  std::size_t ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  // Takes the result of a point if it has ended; nullptr before.
  std::unique_ptr<SettledPoint> take(std::size_t index) {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[index];
    if (slot.failure) std::rethrow_exception(slot.failure);
    return std::move(slot.settled);
  }

 private:
  [[nodiscard]] bool wished() const { return runner_.stop != nullptr && *runner_.stop; }

  void start_own() {
    const std::lock_guard lock(mutex_);
    start_own_locked();
  }
  void start_own_locked() {
    const unsigned cores =
        runner_.jobs > 0 ? runner_.jobs : std::max(1U, std::thread::hardware_concurrency());
    const auto useful = std::min<std::size_t>(cores, slots_.size() - ended_);
    for (std::size_t i = 0; i < useful; ++i) {
      start_locked([this](std::size_t p) { return settled(set_.points[p], runner_.watch); });
    }
  }
  void start(Solve solve) {
    const std::lock_guard lock(mutex_);
    start_locked(std::move(solve));
  }
  void start_locked(Solve solve) {
    try {
      threads_.emplace_back([this, solve = std::move(solve)] { work(solve); });
      ++threads_at_work_;
    } catch (const std::system_error&) {  // of too many threads, fewer do as well
      if (threads_at_work_ == 0) throw;
    }
  }

  void work(const Solve& solve) {
    while (const auto index = next()) {
      Slot slot;
      try {
        slot.settled = std::make_unique<SettledPoint>(solve(*index));
      } catch (const WorkerLost&) {
        give_back(*index);
        break;
      } catch (const Interrupted&) {
        give_back(*index);
        break;
      } catch (...) {
        slot.failure = std::current_exception();
      }
      put(*index, std::move(slot));
    }
    const std::lock_guard lock(mutex_);
    --threads_at_work_;
    changed_.notify_all();
  }

  // As long as others are at work on points, one of these may come back.
  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return closed_ || next_ < slots_.size() || !given_back_.empty() || ended_ == slots_.size();
    });
    if (closed_ || wished()) return std::nullopt;
    if (!given_back_.empty()) return given_back_.extract(given_back_.begin()).value();
    if (next_ < slots_.size()) return next_++;
    return std::nullopt;
  }
  void give_back(std::size_t index) {
    const std::lock_guard lock(mutex_);
    given_back_.insert(index);
    changed_.notify_all();
  }
  void put(std::size_t index, Slot slot) {
    const std::lock_guard lock(mutex_);
    slots_[index] = std::move(slot);
    ++ended_;
    changed_.notify_all();
  }

  const SweepRunner& runner_;
  const ScenarioSet& set_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Slot> slots_;
  std::set<std::size_t> given_back_;
  std::size_t next_ = 0;
  std::size_t ended_ = 0;
  std::size_t seen_ = 0;
  std::size_t threads_at_work_ = 0;
  bool closed_ = false;  // no point is begun any more
  std::vector<std::jthread> threads_;
};

}  // namespace
}  // namespace commsim::sweep_runner

namespace commsim {

std::size_t SweepRunner::run(
    const ScenarioSet& set,
    const std::function<void(const ScenarioPoint&, CollectiveResult)>& row) const {
  sweep_runner::Pool pool(*this, set);
  std::size_t next = 0;
  std::size_t rows = 0;
  const auto hand_over = [&] {
    auto settled = pool.take(next);
    if (!settled) return false;
    const ScenarioPoint& asked = set.points[next];
    row(asked.run.algorithm == nullptr ? settled->point : asked, std::move(settled->result));
    ++rows;
    return true;
  };
  for (bool working = true; working && next < set.points.size();) {
    working = pool.wait();
    while (next < set.points.size() && hand_over()) ++next;
    if (progress) progress(pool.ended(), set.points.size());
  }
  // After a stop: what has ended behind a point that has not.
  for (; next < set.points.size(); ++next) hand_over();
  return rows;
}

}  // namespace commsim
