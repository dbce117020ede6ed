#include "sim/scenario/ordered_work.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace commsim {

namespace {

enum class State : char { kOpen, kDone, kFailed };

// What the threads share.
struct Board {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<State> states;
  std::vector<std::exception_ptr> failures;
  std::size_t done = 0;
  std::size_t working = 0;
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> closed = false;
};

void do_pieces(Board& board, const OrderedWork& how, const std::function<void(std::size_t)>& work) {
  while (!board.closed && (how.stop == nullptr || !*how.stop)) {
    const std::size_t i = board.next++;
    if (i >= board.states.size()) break;
    std::exception_ptr failure;
    try {
      work(i);
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(board.mutex);
    board.states[i] = failure ? State::kFailed : State::kDone;
    board.failures[i] = failure;
    ++board.done;
    board.changed.notify_all();
  }
  const std::lock_guard lock(board.mutex);
  --board.working;
  board.changed.notify_all();
}

}  // namespace

std::size_t OrderedWork::run(std::size_t pieces, const std::function<void(std::size_t)>& work,
                             const std::function<void(std::size_t)>& ended) const {
  constexpr std::chrono::milliseconds kGlance{100};
  Board board;
  board.states.resize(pieces);
  board.failures.resize(pieces);
  const std::size_t cores = jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t threads = std::min(cores, pieces);
  board.working = threads;
  std::vector<std::jthread> team;
  for (std::size_t i = 0; i < threads; ++i) {
    team.emplace_back([&] { do_pieces(board, *this, work); });
  }
  // Threads end with the piece that they are at, before the board does.
  struct Closing {
    Board& board;
    std::vector<std::jthread>& team;
    Closing(Board& b, std::vector<std::jthread>& t) : board(b), team(t) {}
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;
    ~Closing() {
      board.closed = true;
      team.clear();
    }
  } const closing(board, team);
  std::size_t handed = 0;
  std::unique_lock lock(board.mutex);
  while (handed < pieces) {
    if (board.states[handed] == State::kOpen) {
      if (board.working == 0) break;
      board.changed.wait_for(lock, kGlance);
    } else {
      const auto failure = board.failures[handed];
      lock.unlock();
      if (failure) std::rethrow_exception(failure);
      ended(handed++);
      lock.lock();
    }
    const std::size_t done = board.done;
    lock.unlock();
    if (progress) progress(done, pieces);
    lock.lock();
  }
  return handed;
}

}  // namespace commsim
