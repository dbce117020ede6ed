// Progress on standard error, only when that is a terminal.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace commsim {

/// "12 of 340, about 8 s left", rewritten in place at most ten times a second. Of a single long
/// simulation "3.2 million messages in 8 s": how many there will be nobody has counted.
class Progress {
 public:
  /// Results that go to the same terminal meanwhile leave no room for it.
  explicit Progress(bool streams = true)
      : terminal_(isatty(STDERR_FILENO) != 0 && (!streams || isatty(STDOUT_FILENO) == 0)) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }

  /// `messages`: of the simulation that goes on, if anybody knows.
  void update(std::size_t done, std::size_t all, std::int64_t messages = 0) {
    const auto now = Clock::now();
    if (!terminal_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    shown_ = true;
    const std::chrono::duration<double> spent = now - start_;
    fmt::print(stderr, "\r\033[K");
    if (done > 0) {
      const double left =
          spent.count() / static_cast<double>(done) * static_cast<double>(all - done);
      fmt::print(stderr, "{} of {}, about {:.0f} s left", done, all, left);
    } else if (all == 1 && messages > 0) {
      fmt::print(stderr, "{:.1f} million messages in {:.0f} s", static_cast<double>(messages) / 1e6,
                 spent.count());
    } else {
      fmt::print(stderr, "{} of {}, {:.0f} s so far", done, all, spent.count());
    }
    std::fflush(stderr);
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace commsim
