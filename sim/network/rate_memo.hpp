// Rates that were solved before. In a schedule that goes on in the same way, the same flows meet
// again and again: a ring of thousands of steps may know a few dozen states.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/random.hpp"
#include "sim/network/fair_rate.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// The solutions of a MaxMin by its state: which classes have how many flows. Memory is bounded;
/// where states do not come back it gives up.
class RateMemo {
 public:
  struct Entry {
    std::uint32_t of = 0;  ///< class
    LinkId bottleneck = 0;
    std::int64_t flows = 0;
    FairRate rate;
  };

  /// Whether it is worth asking.
  [[nodiscard]] bool on() const { return on_; }
  /// Notes that a class has other flows than before.
  void change(std::uint32_t of, std::int64_t before, std::int64_t now) {
    state_ += term(of, now) - term(of, before);
  }
  /// A solution of the present state, or of one with the same hash: to be compared. Empty if there
  /// is none.
  [[nodiscard]] std::span<const Entry> find() const {
    const auto known = solutions_.find(state_);
    if (known == solutions_.end()) return {};
    return known->second;
  }
  /// Counts what find() was good for.
  void note(bool found);
  /// Keeps a solution of the present state.
  void keep(std::vector<Entry> solution);

 private:
  static std::uint64_t term(std::uint32_t of, std::int64_t flows) {
    return flows == 0 ? 0 : mix(mix(of) ^ static_cast<std::uint64_t>(flows));
  }

  std::unordered_map<std::uint64_t, std::vector<Entry>> solutions_;
  std::uint64_t state_ = 0;  // a sum over all classes
  std::size_t entries_ = 0;
  std::int64_t found_ = 0;
  std::int64_t missed_ = 0;
  bool on_ = true;
};

}  // namespace commsim
