// Fluid flows with max-min fair rates: a message takes L / (the bandwidth that it gets) + the sum
// of the latencies of its route. Rates change only when flows start or end.
#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/network/fair_flows.hpp"
#include "sim/network/network_model.hpp"

namespace commsim::fair_share {
namespace {

// A flow gets what it would get alone, if on each of its links all flows that may ever meet there
// need no more than there is, or nobody else is there.
class UncontendedWire {
 public:
  explicit UncontendedWire(const Topology& topology) : links_(topology.links().size()) {
    for (LinkId id = 0; id < links_.size(); ++id) {
      links_[id].spare = topology.link(id).bandwidth.bits_per_second();
    }
  }

  void claim(const Flight& flight) {
    if (!divide_by(flight.route.whole)) return;
    const Int128 alone = Int128{flight.route.narrowest.bits_per_second()} * parts_;
    for (std::size_t i = 0; i < flight.links.size(); ++i) {
      links_[flight.links[i]].spare -=
          flight.shares.empty() ? alone : alone / flight.route.whole * flight.shares[i];
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

 private:
  struct LinkState {
    Int128 spare = 0;  // in parts of a bit per second: what no flow has claimed
    SimTime free{};    // when all flows so far have left
  };

  // Makes parts of a bit per second so small that a share of `whole` is a whole number of them. If
  // they get too small, no link has anything to spare.
  bool divide_by(std::int64_t whole) {
    constexpr std::int64_t kMostParts = std::int64_t{1} << 50U;
    if (parts_ % whole == 0) return true;
    const std::int64_t finer = whole / std::gcd(parts_, whole);
    const bool too_fine = parts_ > kMostParts / finer;
    for (LinkState& link : links_) link.spare = too_fine ? Int128{-1} : link.spare * finer;
    if (!too_fine) parts_ *= finer;
    return !too_fine;
  }
  // Whether a fold puts so many of its messages on the link that they share it among themselves.
  static bool crowds(const Flight& flight, std::size_t link) {
    return !flight.shares.empty() && flight.shares[link] > flight.route.whole;
  }

  std::vector<LinkState> links_;
  std::int64_t parts_ = 1;  // of a bit per second
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
