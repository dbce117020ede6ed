// Passes runs on under the names that the whole has for participants and lanes of its part.
#pragma once

#include <vector>

#include "collectives/ring_run.hpp"
#include "core/index.hpp"

namespace commsim {

/// Lane l of the part is lane first_lane + l of the whole, participant i is names[i]; empty names
/// are those of the whole. All that it is given outlives it.
class RenamedRuns final : public RingRunVisitor {
 public:
  RenamedRuns(RingRunVisitor& whole, int first_lane, std::span<const Rank> names)
      : whole_(whole), first_lane_(first_lane), names_(names) {}

  [[nodiscard]] bool run(const RingRun& run) override {
    RingRun renamed = run;
    renamed.lane += first_lane_;
    renamed.order = rename(run.order);
    return whole_.run(renamed);
  }
  void wait(const LaneWait& wait) override {
    LaneWait renamed = wait;
    renamed.first += first_lane_;
    renamed.before_first += first_lane_;
    renamed.participants = rename(wait.participants);
    whole_.wait(renamed);
  }

 private:
  std::span<const Rank> rename(std::span<const Rank> ranks) {
    if (names_.empty()) return ranks;
    renamed_.clear();
    for (const Rank rank : ranks) renamed_.push_back(names_[index(rank)]);
    return renamed_;
  }

  RingRunVisitor& whole_;
  int first_lane_;
  std::span<const Rank> names_;
  std::vector<Rank> renamed_;
};

}  // namespace commsim
