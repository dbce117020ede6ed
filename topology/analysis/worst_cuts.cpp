#include "topology/analysis/worst_cuts.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "topology/analysis/max_flow.hpp"

namespace commsim {
namespace {

enum class Way : std::uint8_t { kIn, kOut };

class CutSearch {
 public:
  explicit CutSearch(const Topology& topology)
      : topology_(topology), devices_(static_cast<std::uint32_t>(topology.devices().size())) {
    for (const Link& link : topology.links()) {
      edges_.push_back(
          {.from = link.from, .to = link.to, .capacity = link.bandwidth.bits_per_second()});
    }
  }

  std::vector<RankCut> find() && {
    least_cuts();
    for (const Way way : {Way::kIn, Way::kOut}) densest(way);
    return std::move(cuts_);
  }

 private:
  [[nodiscard]] DeviceId device_of(Rank rank) const { return topology_.device_of(rank); }

  void least_cuts() {
    FlowNetwork network(devices_, edges_);
    const DeviceId first = device_of(0);
    for (Rank r = 1; r < topology_.rank_count(); ++r) {
      keep(cut_of(network.flow(first, device_of(r)).source_side));
      keep(cut_of(network.flow(device_of(r), first).source_side));
    }
  }

  // Newton's method: for a rate of every rank, some part that it cannot be sent to; from that part
  // a lower rate, until every part can be served.
  void densest(Way way) {
    std::optional<RankCut> worst;
    for (Rank r = 0; r < topology_.rank_count(); ++r) {
      std::vector<bool> others(devices_, true);
      others[device_of(r)] = false;
      consider(cut_of(others), way, worst);
    }
    std::vector<FlowEdge> edges = edges_;
    for (const DeviceId device : topology_.ranks()) {  // vertex devices_ sends, or receives
      FlowEdge edge{.from = devices_, .to = device};
      if (way == Way::kOut) std::swap(edge.from, edge.to);
      edges.push_back(edge);
    }
    FlowNetwork network(devices_ + 1, edges);
    bool found = true;
    while (found) {
      found = false;
      for (std::size_t i = edges_.size(); i < edges.size(); ++i) {
        network.set_capacity(i, rate(*worst, way));
      }
      for (Rank r = 0; r < topology_.rank_count() && !found; ++r) {
        found = consider(least_served(network, r, way), way, worst);
      }
    }
    keep(std::move(*worst));
  }

  // Bits per second for each rank outside, rounded down.
  [[nodiscard]] std::int64_t rate(const RankCut& cut, Way way) const {
    const auto outside = topology_.rank_count() - static_cast<std::int64_t>(cut.ranks.size());
    const Int128 bits = (way == Way::kIn ? cut.bits_in : cut.bits_out) / outside;
    return static_cast<std::int64_t>(bits);
  }

  // Keeps the cut in `worst` if it allows less for each rank outside; true if so.
  bool consider(RankCut cut, Way way, std::optional<RankCut>& worst) const {
    const auto all = static_cast<std::size_t>(topology_.rank_count());
    if (cut.ranks.empty() || cut.ranks.size() == all) return false;
    if (worst && rate(cut, way) >= rate(*worst, way)) return false;
    worst = std::move(cut);
    return true;
  }

  // The part around rank r that is served least at the rate at which all send (or receive).
  [[nodiscard]] RankCut least_served(FlowNetwork& network, Rank r, Way way) const {
    if (way == Way::kIn) return cut_of(network.flow(devices_, device_of(r)).source_side);
    auto side = network.flow(device_of(r), devices_).source_side;
    side.flip();
    return cut_of(side);
  }

  // The cut whose inside is what is not marked.
  [[nodiscard]] RankCut cut_of(const std::vector<bool>& outside) const {
    RankCut cut;
    for (Rank r = 0; r < topology_.rank_count(); ++r) {
      if (!outside[device_of(r)]) cut.ranks.push_back(r);
    }
    for (const Link& link : topology_.links()) {
      if (outside[link.from] == outside[link.to]) continue;
      (outside[link.from] ? cut.bits_in : cut.bits_out) += link.bandwidth.bits_per_second();
    }
    return cut;
  }

  void keep(RankCut cut) {
    const bool trivial =
        cut.ranks.empty() || cut.ranks.size() == static_cast<std::size_t>(topology_.rank_count());
    // The devices that lie with the ranks make a difference.
    const bool fresh = known_.emplace(cut.ranks, cut.bits_in, cut.bits_out).second;
    if (!trivial && fresh) cuts_.push_back(std::move(cut));
  }

  const Topology& topology_;
  std::uint32_t devices_;
  std::vector<FlowEdge> edges_;
  std::set<std::tuple<std::vector<Rank>, Int128, Int128>> known_;
  std::vector<RankCut> cuts_;
};

// Whether all bandwidths and what is added to them fit 63 bits.
bool fits(const Topology& topology) {
  Int128 sum = 0;
  for (const Link& link : topology.links()) sum += link.bandwidth.bits_per_second();
  return sum * (topology.rank_count() + 1) < Int128{INT64_MAX};
}

}  // namespace

std::vector<RankCut> worst_cuts(const Topology& topology) {
  const std::size_t work = topology.ranks().size() * topology.links().size();
  if (topology.rank_count() < 2 || work > kMostCutWork || !fits(topology)) return {};
  return CutSearch(topology).find();
}

}  // namespace commsim
