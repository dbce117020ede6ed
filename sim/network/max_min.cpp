#include "sim/network/max_min.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "topology/routing/route_spread.hpp"

namespace commsim {
namespace {

constexpr double kBytesPerPsPerBit = 1.0 / 8e12;

}  // namespace

Duration FairRate::time_for(double bytes) const {
  // Exact as long as nothing but whole bytes at an exact fraction is asked for: a flow that never
  // saw its rate change takes what the law says, to the picosecond.
  constexpr double kLargestWhole = 0x1.0p53;
  if (sharers > 0 && bytes < kLargestWhole && bytes == std::floor(bytes)) {
    return transfer_time(Bytes{static_cast<std::int64_t>(bytes)}, capacity, sharers);
  }
  constexpr double kMostPicoseconds = 9.2e18;
  const double picoseconds = bytes / bytes_per_ps;
  if (!(picoseconds < kMostPicoseconds)) throw_time_overflow();
  // Up, but for what rounding errors of doubles make of a whole number.
  constexpr double kNoise = 1e-3;
  return Duration{static_cast<std::int64_t>(std::ceil(std::max(0.0, picoseconds - kNoise)))};
}

MaxMin::MaxMin(const Topology& topology) : topology_(&topology), links_(topology.links().size()) {
  for (LinkId id = 0; id < links_.size(); ++id) links_[id].bandwidth = topology.link(id).bandwidth;
}

MaxMin::ClassId MaxMin::add_class(std::span<const LinkId> links,
                                  std::span<const std::int64_t> shares, std::int64_t whole) {
  Class& added = classes_.emplace_back();
  added.links.assign(links.begin(), links.end());
  added.places.resize(links.size());
  added.alone = spread_bandwidth(*topology_, links, shares, whole);
  added.spread = !shares.empty();
  added.first_weight = static_cast<std::uint32_t>(weights_.size());
  for (const std::int64_t share : shares) {
    weights_.push_back(static_cast<double>(share) / static_cast<double>(whole));
  }
  if (added.spread) spread_.resize(links_.size());
  return static_cast<ClassId>(classes_.size() - 1);
}

void MaxMin::change(ClassId id, std::int64_t flows) {
  Class& changed = classes_[id];
  const bool was_empty = changed.flows == 0;
  changed.flows += flows;
  if (was_empty && changed.flows > 0) enter(id);
  if (!was_empty && changed.flows == 0) leave(id);
  for (const LinkId link : changed.links) {
    if (links_[link].dirty) continue;
    links_[link].dirty = true;
    dirty_.push_back(link);
  }
}

void MaxMin::enter(ClassId id) {
  Class& entering = classes_[id];
  for (std::size_t i = 0; i < entering.links.size(); ++i) {
    auto& on_link = links_[entering.links[i]].classes;
    entering.places[i] = static_cast<std::uint32_t>(on_link.size());
    on_link.push_back(id);
  }
}

// Takes the class off its links; the last class of each list moves into the gap.
void MaxMin::leave(ClassId id) {
  const Class& leaving = classes_[id];
  for (std::size_t i = 0; i < leaving.links.size(); ++i) {
    auto& on_link = links_[leaving.links[i]].classes;
    const std::uint32_t gap = leaving.places[i];
    const ClassId moved = on_link.back();
    on_link[gap] = moved;
    on_link.pop_back();
    Class& mover = classes_[moved];
    const auto place = std::find(mover.links.begin(), mover.links.end(), leaving.links[i]);
    mover.places[static_cast<std::size_t>(place - mover.links.begin())] = gap;
  }
}

std::span<const MaxMin::ClassId> MaxMin::solve() {
  ++epoch_;
  touched_.clear();
  for (const LinkId link : dirty_) {
    links_[link].dirty = false;
    if (links_[link].seen == epoch_ || links_[link].classes.empty()) continue;
    gather_component(link);
    if (component_classes_.size() == 1) {
      fill_alone(classes_[component_classes_.front()]);
    } else {
      fill();
    }
    touched_.insert(touched_.end(), component_classes_.begin(), component_classes_.end());
  }
  dirty_.clear();
  return touched_;
}

// All classes and links that share a link with `from`, directly or through others.
void MaxMin::gather_component(LinkId from) {
  component_links_.assign(1, from);
  component_classes_.clear();
  links_[from].seen = epoch_;
  for (std::size_t i = 0; i < component_links_.size(); ++i) {
    for (const ClassId id : links_[component_links_[i]].classes) {
      if (classes_[id].seen == epoch_) continue;
      classes_[id].seen = epoch_;
      component_classes_.push_back(id);
      for (const LinkId link : classes_[id].links) {
        if (links_[link].seen == epoch_) continue;
        links_[link].seen = epoch_;
        component_links_.push_back(link);
      }
    }
  }
}

// One class by itself: its narrowest link is divided among its flows.
void MaxMin::fill_alone(Class& only) {
  only.rate = {.capacity = only.alone,
               .sharers = only.flows,
               .bytes_per_ps = static_cast<double>(only.alone.bits_per_second()) *
                               kBytesPerPsPerBit / static_cast<double>(only.flows)};
}

// Puts the flows of a class on its links, to be given a rate.
void MaxMin::open(Class& opening) {
  opening.frozen = false;
  for (const LinkId link : opening.links) links_[link].open_flows += opening.flows;
  if (!opening.spread) return;
  for (std::size_t i = 0; i < opening.links.size(); ++i) {
    const LinkId link = opening.links[i];
    links_[link].spread = true;
    spread_[link].open_flows += opening.flows;
    spread_[link].open_weight +=
        weights_[opening.first_weight + i] * static_cast<double>(opening.flows);
  }
}

// Takes what its flows got off the links of a class.
void MaxMin::close(const Class& closing) {
  const auto flows = static_cast<double>(closing.flows);
  for (std::size_t i = 0; i < closing.links.size(); ++i) {
    LinkState& link = links_[closing.links[i]];
    link.open_flows -= closing.flows;
    if (!closing.spread) {
      link.taken += flows * closing.rate.bytes_per_ps;
      continue;
    }
    const double weight = weights_[closing.first_weight + i];
    SpreadState& spread = spread_[closing.links[i]];
    spread.open_flows -= closing.flows;
    spread.open_weight -= weight * flows;
    link.taken += weight * flows * closing.rate.bytes_per_ps;
  }
}

FairRate MaxMin::share(LinkId id) const {
  const LinkState& link = links_[id];
  const double capacity = static_cast<double>(link.bandwidth.bits_per_second()) * kBytesPerPsPerBit;
  if (link.spread && spread_[id].open_flows > 0) {
    const double weight =
        static_cast<double>(link.open_flows - spread_[id].open_flows) + spread_[id].open_weight;
    return {.bytes_per_ps = std::max(0.0, capacity - link.taken) / weight};
  }
  const auto flows = static_cast<double>(link.open_flows);
  if (link.taken == 0) {
    return {
        .capacity = link.bandwidth, .sharers = link.open_flows, .bytes_per_ps = capacity / flows};
  }
  return {.bytes_per_ps = std::max(0.0, capacity - link.taken) / flows};
}

// Shares only grow while links freeze, so a link whose entry in the heap is out of date is put back
// with its present share; the first entry that is up to date is the bottleneck.
void MaxMin::fill() {
  heap_.clear();
  for (const LinkId id : component_links_) {
    LinkState& link = links_[id];
    link.taken = 0;
    link.open_flows = 0;
    if (link.spread) spread_[id] = {};
    link.spread = false;
  }
  for (const ClassId id : component_classes_) open(classes_[id]);
  for (const LinkId id : component_links_) {
    heap_.push_back({share(id).bytes_per_ps, id});
  }
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>{});
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
    const Share least = heap_.back();
    heap_.pop_back();
    const LinkState& link = links_[least.link];
    if (link.open_flows == 0) continue;
    const double present = share(least.link).bytes_per_ps;
    if (present > least.bytes_per_ps) {
      heap_.push_back({present, least.link});
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
    } else {
      freeze(least.link);
    }
  }
}

void MaxMin::freeze(LinkId bottleneck) {
  const FairRate rate = share(bottleneck);
  for (const ClassId id : links_[bottleneck].classes) {
    Class& freezing = classes_[id];
    if (freezing.frozen) continue;
    freezing.frozen = true;
    freezing.rate = rate;
    close(freezing);
  }
}

}  // namespace commsim
