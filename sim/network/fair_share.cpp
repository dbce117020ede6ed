// Fluid flows with max-min fair rates: a message takes L / (the bandwidth that it gets) + the sum
// of the latencies of its route. Rates change only when flows start or end.
#include <algorithm>
#include <numeric>

#include "core/paged.hpp"
#include "sim/network/fair_flows.hpp"
#include "sim/network/network_model.hpp"

namespace commsim::fair_share {
namespace {

// A flow gets what it would get alone, if on each of its links all flows that may ever meet there
// need no more than there is, or nobody else is there.
class UncontendedWire {
 public:
  explicit UncontendedWire(const Topology& topology)
      : topology_(&topology), links_(topology.links().size()) {}

  // A flight, or a row of flights.
  template <typename Claimant>
  void claim(const Claimant& claimant) {
    const bool fine = divide_by(claimant.route.whole);
    const Int128 alone = Int128{claimant.route.narrowest.bits_per_second()} * parts_;
    for (std::size_t i = 0; i < claimant.links.size(); ++i) {
      LinkState& link = claimed(claimant.links[i]);
      if (!fine) continue;
      link.spare -=
          claimant.shares.empty() ? alone : alone / claimant.route.whole * claimant.shares[i];
    }
  }

  bool carry(Flight& flight) {
    flight.pass_alone();
    if (flight.size == Bytes{0}) return true;
    flight.events = 2;
    flight.event_left = true;
    for (std::size_t i = 0; i < flight.links.size(); ++i) {
      LinkState& link = links_[flight.links[i]];
      if (link.spare < 0 && (flight.sent < link.free || crowds(flight, i))) return false;
      link.free = std::max(link.free, flight.left);
    }
    return true;
  }

  static constexpr bool kHearsDepartures = true;
  bool open(Row& row, std::uint32_t run) {
    row.events = 2;
    for (const LinkId id : row.links) {
      LinkState& link = links_[id];
      if (link.spare < 0 && (row.first < link.free || link.run == run)) return false;
      link.run = run;
    }
    return true;
  }
  void close(const Row& row) {
    for (const LinkId id : row.links) links_[id].free = std::max(links_[id].free, row.through);
  }

 private:
  struct LinkState {
    Int128 spare = 0;       // in parts of a bit per second: what no flow has claimed
    SimTime free{};         // when all flows so far have left
    std::uint32_t run = 0;  // the last one that a row was opened for
    bool claimed = false;   // whether all that is above counts
  };

  LinkState& claimed(LinkId id) {
    LinkState& link = links_[id];
    if (link.claimed) return link;
    link.claimed = true;
    link.spare =
        too_fine_ ? Int128{-1} : Int128{topology_->link(id).bandwidth.bits_per_second()} * parts_;
    return link;
  }

  // Makes parts of a bit per second so small that a share of `whole` is a whole number of them. If
  // they get too small, no link has anything to spare.
  bool divide_by(std::int64_t whole) {
    constexpr std::int64_t kMostParts = std::int64_t{1} << 50U;
    if (parts_ % whole == 0) return true;
    const std::int64_t finer = whole / std::gcd(parts_, whole);
    const bool too_fine = parts_ > kMostParts / finer;
    links_.each([&](std::size_t /*id*/, LinkState& link) {
      link.spare = too_fine ? Int128{-1} : link.spare * finer;
    });
    too_fine_ = too_fine_ || too_fine;
    if (!too_fine) parts_ *= finer;
    return !too_fine;
  }
  // Whether a fold puts so many of its messages on the link that they share it among themselves.
  static bool crowds(const Flight& flight, std::size_t link) {
    return !flight.shares.empty() && flight.shares[link] > flight.route.whole;
  }

  const Topology* topology_;
  Paged<LinkState> links_;  // few of them, in a fold
  std::int64_t parts_ = 1;  // of a bit per second
  bool too_fine_ = false;
};

SimulationOutcome simulate(const SimulationInput& input) {
  return simulate_with(
      input, [&] { return UncontendedWire(input.topology); },
      [&] { return FairFlows(input.topology); });
}

const Registration<NetworkModel> kFairShare{{
    .name = "fair_share",
    .summary = "messages are fluid flows that share links max-min fairly (the default)",
    .reference = "Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2 (1992)",
    .spreads = true,
    .simulate = simulate,
}};

}  // namespace
}  // namespace commsim::fair_share
