// Sums of times that are longer than the clock when there are many workers.
#pragma once

#include "sim/workload/updates/update_result.hpp"

namespace commsim {

class TimesSum {
 public:
  void add(const WorkerTimes& iteration) {
    ++count_;
    computing_ += iteration.computing.count();
    sending_ += iteration.sending.count();
    waiting_ += iteration.waiting.count();
  }
  /// Rounded down each; nothing if nothing was added.
  [[nodiscard]] WorkerTimes mean() const {
    if (count_ == 0) return {};
    const auto part = [&](Int128 sum) { return Duration{static_cast<std::int64_t>(sum / count_)}; };
    return {.computing = part(computing_), .sending = part(sending_), .waiting = part(waiting_)};
  }

 private:
  Int128 computing_ = 0;
  Int128 sending_ = 0;
  Int128 waiting_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace commsim
