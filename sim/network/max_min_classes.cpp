// Which flows there are; max_min.cpp finds their rates.
#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "sim/network/max_min.hpp"

namespace commsim {
namespace {

// Past this, weights are rounded to so many parts, which is far finer than a double.
constexpr std::int64_t kMostParts = std::int64_t{1} << 62U;

// A state is compared class by class, which has to be less than to solve what has changed.
constexpr std::size_t kMostRemembered = 2048;

std::vector<Bandwidth> bandwidths(const Topology& topology) {
  std::vector<Bandwidth> all;
  all.reserve(topology.links().size());
  for (const Link& link : topology.links()) all.push_back(link.bandwidth);
  return all;
}

}  // namespace

MaxMin::MaxMin(const Topology& topology) : MaxMin(bandwidths(topology)) {}

MaxMin::MaxMin(std::span<const Bandwidth> links) : links_(links.size()) {
  for (LinkId id = 0; id < links_.size(); ++id) {
    LinkState& link = links_[id];
    link.bits_per_second = links[id].bits_per_second();
    link.capacity = bytes_per_picosecond(link.bits_per_second, 1);
  }
}

MaxMin::ClassId MaxMin::add_class(std::span<const LinkId> links,
                                  std::span<const std::int64_t> shares, std::int64_t whole) {
  ensure(classes_.size() < UINT32_MAX && hops_.size() + links.size() < UINT32_MAX,
         "hops of all classes have 32-bit numbers");
  Class& added = classes_.emplace_back();
  added.first_hop = static_cast<std::uint32_t>(hops_.size());
  added.hops = static_cast<std::uint32_t>(links.size());
  for (const LinkId link : links) hops_.emplace_back(link);
  if (!shares.empty()) {
    shares_.push_back(whole);
    added.first_share = static_cast<std::uint32_t>(shares_.size());
    shares_.insert(shares_.end(), shares.begin(), shares.end());
    widen_denominator(whole);
  }
  added.narrowest = narrowest_hop(added);
  return static_cast<ClassId>(classes_.size() - 1);
}

void MaxMin::widen_denominator(std::int64_t whole) {
  std::int64_t common = 0;
  const bool overflow =
      __builtin_mul_overflow(denominator_, whole / std::gcd(denominator_, whole), &common);
  denominator_ = overflow ? kMostParts : std::min(common, kMostParts);
}

MaxMin::Weight MaxMin::weight(const Class& of, std::size_t hop) const {
  if (of.first_share == kNoShares) return denominator_;
  const std::int64_t share = shares_[of.first_share + hop];
  const std::int64_t whole = shares_[of.first_share - 1];
  if (denominator_ % whole == 0) return Weight{share} * (denominator_ / whole);
  return (Weight{share} * denominator_ + whole / 2) / whole;
}

// Of all flows of a class.
MaxMin::Weight MaxMin::weight_on(const Class& of, LinkId link) const {
  if (of.first_share == kNoShares) return Weight{denominator_} * of.flows;
  const auto hops = hops_of(of);
  const auto hop = std::ranges::find(hops, link, &Hop::link) - hops.begin();
  return weight(of, static_cast<std::size_t>(hop)) * of.flows;
}

double MaxMin::value(Weight weight) const {
  return denominator_ == 1 ? to_double(weight)
                           : to_double(weight) / static_cast<double>(denominator_);
}

// The index of the hop that bounds a flow which has all links to itself.
std::uint32_t MaxMin::narrowest_hop(const Class& of) {
  const auto hops = hops_of(of);
  std::size_t least = 0;
  for (std::size_t i = 1; i < hops.size(); ++i) {
    const std::int64_t here = links_[hops[i].link()].bits_per_second;
    const std::int64_t there = links_[hops[least].link()].bits_per_second;
    const bool less = of.first_share == kNoShares ? here < there
                                                  : Int128{here} * shares_[of.first_share + least] <
                                                        Int128{there} * shares_[of.first_share + i];
    if (less) least = i;
  }
  return static_cast<std::uint32_t>(least);
}

void MaxMin::change(ClassId id, std::int64_t flows) {
  Class& changed = classes_[id];
  const std::int64_t before = changed.flows;
  changed.flows += flows;
  if (before == 0) ++with_flows_;
  if (changed.flows == 0) --with_flows_;
  if (memo_.on()) memo_.change(id, before, changed.flows);
  if (!changed.changed) changed_.push_back(id);
  changed.changed = true;
}

// Tells links what classes they have, which nobody asks as long as solutions are remembered, and
// that they carry something else than in the last solution.
void MaxMin::tell_links() {
  for (const ClassId id : changed_) {
    tell_links_of(id);
    for (const Hop& hop : hops_of(classes_[id])) {
      LinkState& link = links_[hop.link()];
      if (link.moved) continue;
      link.moved = true;
      moved_.push_back(hop.link());
    }
  }
  for (const ClassId id : untold_) {
    tell_links_of(id);
    classes_[id].untold = false;
  }
  untold_.clear();
}

void MaxMin::tell_links_of(ClassId id) {
  Class& of = classes_[id];
  const bool has_flows = of.flows > 0;
  if (has_flows == of.entered) return;
  of.entered = has_flows;
  has_flows ? enter(id) : leave(id);
}

void MaxMin::enter(ClassId id) {
  users_of_all_ += classes_[id].hops;
  for (Hop& hop : hops_of(classes_[id])) {
    LinkState& link = links_[hop.link()];
    if (hop.listed()) {
      --link.without_flows;
    } else {
      link.classes.push_back(id);
      hop.set_listed(true);
    }
  }
}

// The lists are swept when they are looked at next: flows often leave together, or come back.
void MaxMin::leave(ClassId id) {
  unbind(classes_[id]);
  users_of_all_ -= classes_[id].hops;
  for (const Hop& hop : hops_of(classes_[id])) ++links_[hop.link()].without_flows;
}

// The classes on a link that have flows.
const std::vector<MaxMin::ClassId>& MaxMin::users(LinkId id) {
  LinkState& link = links_[id];
  if (link.without_flows > 0) {
    std::erase_if(link.classes, [&](ClassId on_link) {
      const Class& of = classes_[on_link];
      if (of.flows > 0) return false;
      const auto hops = std::span(hops_).subspan(of.first_hop, of.hops);
      std::ranges::find(hops, id, &Hop::link)->set_listed(false);
      return true;
    });
    link.without_flows = 0;
  }
  return link.classes;
}

// Looks all classes up whose state was solved before. False if it was not.
bool MaxMin::recall() {
  if (!memo_.on() || classes_.size() > kMostRemembered || with_flows_ == 0) return false;
  const auto known = memo_.find();
  const bool found = !known.empty() && known.size() == with_flows_ &&
                     std::ranges::all_of(known, [&](const RateMemo::Entry& entry) {
                       return classes_[entry.of].flows == entry.flows;
                     });
  memo_.note(found);
  if (!found) return false;
  for (const RateMemo::Entry& entry : known) {
    Class& of = classes_[entry.of];
    if (of.bottleneck != entry.bottleneck) {
      unbind(of);
      bind(of, entry.bottleneck);
    }
    if (!of.changed && of.rate == entry.rate) continue;
    of.rate = entry.rate;
    touched_.push_back(entry.of);
  }
  for (const ClassId id : changed_) {
    Class& of = classes_[id];
    if (of.flows == 0) unbind(of);
    if (!of.untold) untold_.push_back(id);
    of.untold = true;
  }
  return true;
}

void MaxMin::keep() {
  if (!memo_.on() || classes_.size() > kMostRemembered || with_flows_ == 0) return;
  std::vector<RateMemo::Entry> solution;
  solution.reserve(with_flows_);
  for (ClassId id = 0; id < classes_.size(); ++id) {
    const Class& of = classes_[id];
    if (of.flows == 0) continue;
    solution.push_back({.of = id, .bottleneck = of.bottleneck, .flows = of.flows, .rate = of.rate});
  }
  memo_.keep(std::move(solution));
}

void MaxMin::bind(Class& to, LinkId bottleneck) {
  to.bottleneck = bottleneck;
  ++links_[bottleneck].bound;
}

void MaxMin::unbind(Class& from) {
  if (from.bottleneck == kNoLink) return;
  --links_[from.bottleneck].bound;
  from.bottleneck = kNoLink;
}

// After 2^32 solutions old stamps would look new.
void MaxMin::start_epoch() {
  if (++epoch_ != 0) return;
  for (Class& each : classes_) each.opened = 0;
  epoch_ = 1;
}

}  // namespace commsim
