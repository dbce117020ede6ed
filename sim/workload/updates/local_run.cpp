#include "sim/workload/updates/local_run.hpp"

#include <algorithm>
#include <vector>

#include "core/index.hpp"
#include "sim/workload/updates/times_sum.hpp"

namespace commsim {

UpdateResult run_local(const LocalSteps& steps) {
  const std::int64_t rounds = (steps.iterations + steps.local - 1) / steps.local;
  UpdateResult result{.workers = steps.workers, .iterations = rounds * steps.local * steps.workers};
  TimesSum times;
  SimTime now{};
  std::vector<SimTime> ready(index(steps.workers));
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (std::int64_t w = 0; w < steps.workers; ++w) {
      const Duration update = steps.update(w);
      SimTime& done = ready[index(w)];
      done = now;
      for (std::int64_t i = 0; i < steps.local; ++i) {
        done = later(later(done, steps.compute(w, round * steps.local + i)), update);
      }
    }
    const SimTime slowest = *std::max_element(ready.begin(), ready.end());
    for (const SimTime done : ready) {
      times.add({.computing = done - now, .sending = steps.average, .waiting = slowest - done});
    }
    now = later(slowest, steps.average);
  }
  // They were of rounds.
  result.spent = times.mean();
  result.spent.computing /= steps.local;
  result.spent.sending /= steps.local;
  result.spent.waiting /= steps.local;
  result.elapsed = now.time_since_epoch();
  return result;
}

}  // namespace commsim
