#include "sim/scenario/sweep_runner.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace commsim {
namespace {

struct Slot {
  std::unique_ptr<SettledPoint> settled;  // a pointer, since slots are as many as points
  std::exception_ptr failure;
};

// Points are taken in order by whichever thread is free. Nothing mutable is shared but the slots.
class Pool {
 public:
  Pool(const ScenarioSet& set, unsigned jobs, Watch watch)
      : set_(set), watch_(watch), slots_(set.points.size()) {
    for (unsigned i = 0; i < jobs; ++i) threads_.emplace_back([this] { work(); });
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { next_ = slots_.size(); }  // threads end with the point that they are at

  // Waits until `seen` is out of date, and returns how many points have ended.
  std::size_t wait_past(std::size_t seen) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ != seen; });
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
  void work() {
    for (std::size_t i = next_++; i < slots_.size(); i = next_++) {
      Slot slot;
      try {
        slot.settled = std::make_unique<SettledPoint>(settled(set_.points[i], watch_));
      } catch (...) {
        slot.failure = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        slots_[i] = std::move(slot);
        ++ended_;
      }
      changed_.notify_one();
    }
  }

  const ScenarioSet& set_;
  Watch watch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Slot> slots_;
  std::size_t ended_ = 0;
  std::atomic<std::size_t> next_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace

void SweepRunner::run(
    const ScenarioSet& set,
    const std::function<void(const ScenarioPoint&, CollectiveResult)>& row) const {
  const unsigned cores = jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto useful = std::min<std::size_t>(cores, set.points.size());
  Pool pool(set, static_cast<unsigned>(useful), watch);
  std::size_t handed_over = 0;
  std::size_t ended = 0;
  while (handed_over < set.points.size()) {
    ended = pool.wait_past(ended);
    while (handed_over < set.points.size()) {
      auto next = pool.take(handed_over);
      if (!next) break;
      const ScenarioPoint& asked = set.points[handed_over++];
      row(asked.run.algorithm == nullptr ? next->point : asked, std::move(next->result));
    }
    if (progress) progress(ended, set.points.size());
  }
}

}  // namespace commsim
