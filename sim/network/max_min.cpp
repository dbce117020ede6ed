#include "sim/network/max_min.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace commsim {

std::span<const MaxMin::ClassId> MaxMin::solve() {
  touched_.clear();
  if (changed_.empty()) return touched_;
  if (!recall()) {
    tell_links();
    solve_anew();
    keep();
  }
  for (const ClassId id : changed_) classes_[id].changed = false;
  for (const LinkId link : moved_) links_[link].moved = false;
  changed_.clear();
  moved_.clear();
  return touched_;
}

void MaxMin::solve_anew() {
  start_epoch();
  open_.clear();
  before_.clear();
  for (const ClassId id : changed_) {
    if (classes_[id].flows > 0 && !solve_alone(id)) reopen(id);
  }
  for (const LinkId link : moved_) reopen_bound(link);
  ++round_;
  open_links_.clear();
  std::size_t spent = 0;
  do {
    spent += reach();
    if (spent > users_of_all_ / 2) reopen_component();
    if (!open_.empty()) fill();
  } while (widen());
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const Class& solved = classes_[open_[i]];
    if (solved.changed || solved.rate != before_[i]) touched_.push_back(open_[i]);
  }
}

// A class with nobody beside it: its narrowest link is divided among its flows.
bool MaxMin::solve_alone(ClassId id) {
  Class& only = classes_[id];
  const auto hops = hops_of(only);
  if (std::ranges::any_of(hops, [&](Hop hop) { return links_[hop.link()].users() > 1; })) {
    return false;
  }
  only.opened = epoch_;
  const LinkId bottleneck = hops[only.narrowest].link();
  unbind(only);
  bind(only, bottleneck);
  only.rate =
      divided(links_[bottleneck].bits_per_second, weight(only, only.narrowest) * only.flows);
  touched_.push_back(id);
  return true;
}

void MaxMin::reopen(ClassId id) {
  Class& opening = classes_[id];
  if (opening.opened == epoch_) return;
  opening.opened = epoch_;
  open_.push_back(id);
  before_.push_back(opening.rate);
  unbind(opening);
}

void MaxMin::reopen_bound(LinkId id) {
  if (links_[id].bound == 0) return;
  for (const ClassId on_link : users(id)) {
    if (classes_[on_link].bottleneck == id) reopen(on_link);
  }
}

// How many entries in the lists of links it takes to solve what is open.
std::size_t MaxMin::reach() {
  ++round_;
  std::size_t entries = 0;
  for (const ClassId id : open_) {
    for (const Hop& hop : hops_of(classes_[id])) {
      LinkState& link = links_[hop.link()];
      if (link.seen != round_) entries += link.users();
      link.seen = round_;
    }
  }
  return entries;
}

// All classes that share a link with one that is open, directly or through others.
void MaxMin::reopen_component() {
  ++round_;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    for (const Hop& hop : hops_of(classes_[open_[i]])) {
      LinkState& link = links_[hop.link()];
      if (link.seen == round_) continue;
      link.seen = round_;
      for (const ClassId on_link : users(hop.link())) reopen(on_link);
    }
  }
}

// Shares only grow while links freeze, so a link whose entry in the heap is out of date is put back
// with its present share; the entries that are up to date and least are the bottlenecks.
void MaxMin::fill() {
  open_links();
  level_ = 0;
  heap_.clear();
  for (const LinkId id : open_links_) heap_.push_back({share(links_[id]), id});
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>{});
  unfrozen_ = open_.size();
  while (unfrozen_ > 0 && !heap_.empty()) {
    narrowest_.clear();
    double least = heap_.front().bytes_per_ps;
    while (!heap_.empty() && heap_.front().bytes_per_ps <= least) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
      Share& last = heap_.back();
      LinkState& link = links_[last.link];
      const double present = link.open_classes == 0 ? last.bytes_per_ps : share(link);
      if (present > least) {
        last.bytes_per_ps = present;
        std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
        continue;
      }
      if (link.open_classes > 0) narrowest_.push_back(last.link);
      heap_.pop_back();
    }
    if (!narrowest_.empty()) freeze_level(least);
  }
}

void MaxMin::open_links() {
  ++round_;
  open_links_.clear();
  for (const ClassId id : open_) {
    Class& opening = classes_[id];
    opening.frozen = false;
    unbind(opening);
    const auto hops = hops_of(opening);
    for (std::size_t i = 0; i < hops.size(); ++i) {
      LinkState& link = links_[hops[i].link()];
      if (link.seen != round_) {
        link.seen = round_;
        link.open_classes = link.next_fixed = link.end_fixed = 0;
        link.open = link.at_level = 0;
        link.level = link.taken = 0;
        open_links_.push_back(hops[i].link());
      }
      ++link.open_classes;
      link.open += weight(opening, i) * opening.flows;
    }
  }
  fixed_.clear();
  for (const LinkId id : open_links_) {
    if (links_[id].open_classes < links_[id].users()) list_fixed(id);
  }
}

// What is not solved again keeps its rate, and its place in the order of rates.
void MaxMin::list_fixed(LinkId id) {
  LinkState& link = links_[id];
  const auto first = static_cast<std::ptrdiff_t>(fixed_.size());
  for (const ClassId on_link : users(id)) {
    const Class& other = classes_[on_link];
    if (other.opened == epoch_) continue;
    const Weight all = weight_on(other, id);
    link.open += all;
    fixed_.push_back({.rate = other.rate.bytes_per_ps, .weight = all});
  }
  std::sort(fixed_.begin() + first, fixed_.end(),
            [](const Fixed& a, const Fixed& b) { return a.rate < b.rate; });
  auto last = fixed_.begin() + first;
  for (auto next = last + 1; next != fixed_.end(); ++next) {
    if (next->rate == last->rate) {
      last->weight += next->weight;
    } else {
      *++last = *next;
    }
  }
  fixed_.erase(last + 1, fixed_.end());
  link.next_fixed = static_cast<std::uint32_t>(first);
  link.end_fixed = static_cast<std::uint32_t>(fixed_.size());
}

double MaxMin::Filling::given(const MaxMin& solver) const {
  return taken + solver.value(at_level) * level;
}

// The weight that was frozen at one rate is summed up before it is multiplied.
void MaxMin::Filling::take(const MaxMin& solver, double rate, Weight weight) {
  if (level != rate) {
    taken = given(solver);
    at_level = 0;
    level = rate;
  }
  at_level += weight;
  open -= weight;
}

void MaxMin::Filling::pass(const MaxMin& solver, double below) {
  while (next_fixed < end_fixed && solver.fixed_[next_fixed].rate < below) {
    const Fixed& fixed = solver.fixed_[next_fixed++];
    take(solver, fixed.rate, fixed.weight);
  }
}

// What each unit of open weight would get if all that is open got the same; those whose rate is
// fixed below that do not.
double MaxMin::share(LinkState& link) const {
  link.pass(*this, level_);
  Filling ahead = link;
  while (ahead.open > 0) {
    const double given = ahead.given(*this);
    const double share = given == 0 ? bytes_per_picosecond(link.bits_per_second, value(ahead.open))
                                    : std::max(0.0, link.capacity - given) / value(ahead.open);
    if (ahead.next_fixed == ahead.end_fixed || fixed_[ahead.next_fixed].rate >= share) {
      return std::max(share, level_);
    }
    const Fixed& slower = fixed_[ahead.next_fixed++];
    ahead.take(*this, slower.rate, slower.weight);
  }
  return std::numeric_limits<double>::infinity();
}

// A link that gives all of its capacity to flows of this level gives an exact fraction of it. Those
// come first, in the order of fractions, since doubles may not tell them apart.
void MaxMin::freeze_level(double rate) {
  level_ = rate;
  exact_.clear();
  for (const LinkId id : narrowest_) {
    const FairRate fair = exact_rate(links_[id]);
    if (fair.sharers > 0) exact_.push_back({fair, id});
  }
  const auto less = [](const Exact& a, const Exact& b) {
    return Int128{a.rate.capacity.bits_per_second()} * b.rate.sharers <
           Int128{b.rate.capacity.bits_per_second()} * a.rate.sharers;
  };
  if (!std::is_sorted(exact_.begin(), exact_.end(), less)) {
    std::sort(exact_.begin(), exact_.end(), less);
  }
  for (const Exact& exact : exact_) freeze(exact.link, exact.rate);
  for (const LinkId id : narrowest_) freeze(id, {.bytes_per_ps = level_});
}

FairRate MaxMin::exact_rate(const LinkState& link) const {
  if (!link.only_at(level_)) return {};
  const FairRate rate = divided(link.bits_per_second, link.open + link.at_level);
  return rate.bytes_per_ps == level_ ? rate : FairRate{};
}

// Links are mostly alike, so the last answer is kept.
const FairRate& MaxMin::divided(std::int64_t bits_per_second, Weight weight) const {
  const Division asked{bits_per_second, weight, denominator_};
  if (asked != last_division_) {
    last_division_ = asked;
    last_quotient_ = FairRate::of(bits_per_second, weight, denominator_);
  }
  return last_quotient_;
}

void MaxMin::freeze(LinkId id, const FairRate& rate) {
  if (links_[id].open_classes == 0) return;
  for (const ClassId on_link : users(id)) {
    if (links_[id].open_classes == 0) return;
    Class& freezing = classes_[on_link];
    if (freezing.opened != epoch_ || freezing.frozen) continue;
    freezing.frozen = true;
    --unfrozen_;
    freezing.rate = rate;
    bind(freezing, id);
    take_off(freezing);
  }
}

void MaxMin::take_off(const Class& frozen) {
  const auto hops = hops_of(frozen);
  for (std::size_t i = 0; i < hops.size(); ++i) {
    LinkState& link = links_[hops[i].link()];
    link.pass(*this, level_);
    link.take(*this, level_, weight(frozen, i) * frozen.flows);
    --link.open_classes;
  }
}

// Opens the classes whose rates can no longer stand beside the new ones: those that are faster than
// a link allows, and those whose bottleneck carries something else than before. False if there are
// none.
bool MaxMin::widen() {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const Class& solved = classes_[open_[i]];
    if (solved.rate == before_[i]) continue;
    for (const Hop& hop : hops_of(solved)) {
      if (links_[hop.link()].moved) continue;
      links_[hop.link()].moved = true;
      moved_.push_back(hop.link());
    }
  }
  const std::size_t before = open_.size();
  level_ = 0;
  for (const LinkId id : open_links_) {
    LinkState& link = links_[id];
    if (link.end_fixed == 0) continue;
    if (link.moved) reopen_bound(id);
    const double most = share(link);
    if (fixed_[link.end_fixed - 1].rate <= most) continue;
    for (const ClassId on_link : users(id)) {
      if (classes_[on_link].rate.bytes_per_ps > most) reopen(on_link);
    }
  }
  for (const LinkId id : moved_) {
    const bool solved = links_[id].seen == round_ && links_[id].end_fixed == 0;
    if (!solved) reopen_inexact(id);
  }
  return open_.size() > before;
}

// A link that now gives all of its capacity to equal flows makes an exact fraction of their rate,
// even if another link is their bottleneck as well.
void MaxMin::reopen_inexact(LinkId id) {
  const LinkState& link = links_[id];
  bool inexact = false;
  Weight all = 0;
  for (const ClassId on_link : users(id)) {
    const Class& of = classes_[on_link];
    if (of.rate.bytes_per_ps != classes_[link.classes.front()].rate.bytes_per_ps) return;
    inexact |= of.rate.sharers == 0 && of.opened != epoch_;
    all += weight_on(of, id);
  }
  if (!inexact) return;
  const double equal = bytes_per_picosecond(link.bits_per_second, value(all));
  if (equal != classes_[link.classes.front()].rate.bytes_per_ps) return;
  for (const ClassId on_link : link.classes) reopen(on_link);
}

}  // namespace commsim
