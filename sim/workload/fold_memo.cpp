#include "sim/workload/fold_memo.hpp"

#include <functional>
#include <mutex>

#include "core/index.hpp"
#include "topology/analysis/link_orbits.hpp"
#include "topology/analysis/symmetry.hpp"

namespace commsim::fold_memo {
namespace {

// Ascending.
std::vector<Rank> divisors(Rank n) {
  std::vector<Rank> small;
  std::vector<Rank> large;
  for (Rank d = 1; std::int64_t{d} * d <= n; ++d) {
    if (n % d != 0) continue;
    small.push_back(d);
    if (d != n / d) large.push_back(n / d);
  }
  small.insert(small.end(), large.rbegin(), large.rend());
  return small;
}

// Whether a shift is a symmetry of the graph; nothing if nobody knows yet.
using AskGraph = std::function<std::optional<bool>(const RankShift&)>;

class Search {
 public:
  Search(const Topology& topology, const Program& program, AskGraph ask)
      : topology_(topology),
        program_(program),
        ask_(std::move(ask)),
        image_(index(program.participants())) {
    homes_.reserve(topology.ranks().size());
    for (const DeviceId id : topology.ranks()) {
      const Device& device = topology.device(id);
      homes_.push_back({.server = device.server, .pod = device.pod});
    }
  }

  // Blocks get smaller, so that each shift moves what those before it left in place. Nothing if the
  // graph was asked what nobody knows.
  std::optional<std::vector<RankShift>> run() {
    std::vector<RankShift> shifts;
    Rank block = program_.participants();
    while (block > 1) {
      const auto found = largest_within(block);
      if (unknown_) return std::nullopt;
      if (!found) break;
      block = found->step;
      shifts.push_back(*found);
    }
    return shifts;
  }

 private:
  // The symmetry that moves the largest blocks of at most `block` ranks by the least.
  std::optional<RankShift> largest_within(Rank block) {
    const std::vector<Rank> periods = divisors(block);
    for (auto period = periods.rbegin(); period != periods.rend(); ++period) {
      for (const Rank step : divisors(*period)) {
        const RankShift shift{.period = *period, .step = step};
        if (step == *period || !keeps_groups(shift) || !keeps_program(shift)) continue;
        const auto symmetry = ask_(shift);
        unknown_ = !symmetry.has_value();
        if (unknown_ || *symmetry) return shift;
      }
    }
    return std::nullopt;
  }

  // Whether neighbours in a server or a pod stay together: most shifts fail that within a few
  // ranks.
  [[nodiscard]] bool keeps_groups(const RankShift& shift) const {
    for (Rank r = 0; r + 1 < topology_.rank_count(); ++r) {
      const Home& a = homes_[index(r)];
      const Home& b = homes_[index(r + 1)];
      const Home& c = homes_[index(shift(r))];
      const Home& d = homes_[index(shift(r + 1))];
      if ((a.server == b.server) != (c.server == d.server)) return false;
      if ((a.pod == b.pod) != (c.pod == d.pod)) return false;
    }
    return true;
  }

  bool keeps_program(const RankShift& shift) {
    for (Rank r = 0; r < program_.participants(); ++r) image_[index(r)] = shift(r);
    return program_.looks_like(program_, image_);
  }

  struct Home {
    std::int32_t server = -1;
    std::int32_t pod = -1;
  };

  const Topology& topology_;
  const Program& program_;
  AskGraph ask_;
  std::vector<Home> homes_;  // by rank
  std::vector<Rank> image_;
  bool unknown_ = false;
};

// Orbits under the shifts that a search finds, joined as soon as they are found; images of links
// are as large as the graph, and are not kept.
class Orbits {
 public:
  explicit Orbits(const Topology& topology)
      : topology_(topology), graph_(topology), orbits_(topology.links().size()) {}

  // Whether it is a symmetry of the graph.
  bool join(const RankShift& shift) {
    const auto images = graph_.link_images(shift);
    if (!images) return false;
    orbits_.join(*images);
    joined_.push_back(shift);
    return true;
  }
  // REQUIRES: symmetries of the graph.
  Fold fold(const std::vector<RankShift>& shifts) && {
    if (joined_ == shifts) {
      return fold_by(topology_.rank_count(), shifts, std::move(orbits_).take());
    }
    Orbits all(topology_);  // some of them were known, and not joined here
    for (const RankShift& shift : shifts) all.join(shift);
    return fold_by(topology_.rank_count(), shifts, std::move(all.orbits_).take());
  }

 private:
  const Topology& topology_;
  GraphSymmetry graph_;
  LinkOrbits orbits_;
  std::vector<RankShift> joined_;
};

}  // namespace
}  // namespace commsim::fold_memo

namespace commsim {

const Fold* FoldMemo::find(const Topology& topology, const Program& program) {
  using fold_memo::Search;
  {
    const std::shared_lock lock(mutex_);
    const auto known = [&](const RankShift& shift) -> std::optional<bool> {
      const auto place = is_symmetry_.find(shift);
      return place == is_symmetry_.end() ? std::nullopt : std::optional(place->second);
    };
    if (const auto shifts = Search(topology, program, known).run()) {
      if (shifts->empty()) return nullptr;
      if (const auto fold = folds_.find(*shifts); fold != folds_.end()) return fold->second.get();
    }
  }
  const std::unique_lock lock(mutex_);
  std::optional<fold_memo::Orbits> orbits;
  const auto found_out = [&](const RankShift& shift) -> std::optional<bool> {
    if (const auto known = is_symmetry_.find(shift); known != is_symmetry_.end()) {
      return known->second;
    }
    if (!orbits) orbits.emplace(topology);
    return is_symmetry_[shift] = orbits->join(shift);
  };
  const auto shifts = *Search(topology, program, found_out).run();
  if (shifts.empty()) return nullptr;
  auto& fold = folds_[shifts];
  if (fold == nullptr) {
    if (!orbits) orbits.emplace(topology);
    fold = std::make_unique<const Fold>((*std::move(orbits)).fold(shifts));
  }
  return fold.get();
}

}  // namespace commsim
