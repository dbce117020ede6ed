#include "sim/scenario/ordered_work.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "sim/engine/run_limits.hpp"

namespace commsim::ordered_work {
namespace {

using Work = std::function<void(std::size_t)>;

struct Piece {
  bool done = false;
  std::exception_ptr failure = nullptr;
};

// Pieces are taken in order by whichever thread is free, which does them or has a worker do them.
class Pool {
 public:
  Pool(const OrderedWork& how, std::size_t pieces, const Work& work)
      : how_(how), work_(work), pieces_(pieces) {
    const WorkElsewhere& elsewhere = how.elsewhere;
    const std::lock_guard lock(mutex_);
    for (PointWorker* worker : elsewhere.workers) {
      start([&elsewhere, worker](std::size_t i) {
        elsewhere.received(i, worker->answer(elsewhere.request(i)));
      });
    }
    if (elsewhere.workers.empty()) start_own();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {  // threads end with the piece that they are at
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
      for (PointWorker* worker : how_.elsewhere.workers) worker->abandon();
      changed_.notify_all();
    }
    if (threads_at_work_ > 0) return true;
    if (closed_ || ended_ == pieces_.size()) return false;
    start_own();  // all workers are lost
    return true;
  }
  std::size_t ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  // Whether a piece is done; throws what it threw.
  bool done(std::size_t index) {
    const std::lock_guard lock(mutex_);
    if (pieces_[index].failure) std::rethrow_exception(pieces_[index].failure);
    return pieces_[index].done;
  }

 private:
  [[nodiscard]] bool wished() const { return how_.stop != nullptr && *how_.stop; }

  // Both under the lock.
  void start_own() {
    const auto useful = std::min<std::size_t>(how_.threads(), pieces_.size() - ended_);
    for (std::size_t i = 0; i < useful; ++i) start(work_);
  }
  void start(Work work) {
    try {
      threads_.emplace_back([this, work = std::move(work)] { take_pieces(work); });
      ++threads_at_work_;
    } catch (const std::system_error&) {  // of too many threads, fewer do as well
      if (threads_at_work_ == 0) throw;
    }
  }

  void take_pieces(const Work& work) {
    while (const auto index = next()) {
      Piece piece{.done = true};
      try {
        work(*index);
      } catch (const WorkerLost&) {
        give_back(*index);
        break;
      } catch (const Interrupted&) {
        give_back(*index);
        break;
      } catch (...) {
        piece.failure = std::current_exception();
      }
      put(*index, piece);
    }
    const std::lock_guard lock(mutex_);
    --threads_at_work_;
    changed_.notify_all();
  }

  // As long as others are at work on pieces, one of these may come back.
  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return closed_ || next_ < pieces_.size() || !given_back_.empty() || ended_ == pieces_.size();
    });
    if (closed_ || wished()) return std::nullopt;
    if (!given_back_.empty()) return given_back_.extract(given_back_.begin()).value();
    if (next_ < pieces_.size()) return next_++;
    return std::nullopt;
  }
  void give_back(std::size_t index) {
    const std::lock_guard lock(mutex_);
    given_back_.insert(index);
    changed_.notify_all();
  }
  void put(std::size_t index, const Piece& piece) {
    const std::lock_guard lock(mutex_);
    pieces_[index] = piece;
    ++ended_;
    changed_.notify_all();
  }

  const OrderedWork& how_;
  const Work& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Piece> pieces_;
  std::set<std::size_t> given_back_;
  std::size_t next_ = 0;
  std::size_t ended_ = 0;
  std::size_t seen_ = 0;
  std::size_t threads_at_work_ = 0;
  bool closed_ = false;  // nothing is begun any more
  std::vector<std::jthread> threads_;
};

}  // namespace
}  // namespace commsim::ordered_work

namespace commsim {

unsigned OrderedWork::threads() const {
  return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

std::size_t OrderedWork::run(std::size_t pieces, const std::function<void(std::size_t)>& work,
                             const std::function<void(std::size_t)>& ended) const {
  ordered_work::Pool pool(*this, pieces, work);
  std::size_t next = 0;
  std::size_t handed = 0;
  const auto hand_over = [&] {
    if (!pool.done(next)) return false;
    ended(next);
    ++handed;
    return true;
  };
  for (bool working = true; working && next < pieces;) {
    working = pool.wait();
    while (next < pieces && hand_over()) ++next;
    if (progress) progress(pool.ended(), pieces);
  }
  // After a stop: what is done behind a piece that is not.
  for (; next < pieces; ++next) hand_over();
  return handed;
}

}  // namespace commsim
