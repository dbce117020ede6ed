#include "sim/network/flow_cohorts.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/error.hpp"

namespace commsim {

double FlowCohorts::Cohort::served_at(SimTime now) const {
  return std::max(ended, served + static_cast<double>((now - since).count()) * rate.bytes_per_ps);
}

void FlowCohorts::add(ClassId id, Bytes bytes, MessageId message, SimTime now) {
  if (id >= classes_.size()) classes_.resize(std::size_t{id} + 1);
  Class& to = classes_[id];
  const double before = to.cohort == kNone ? 0 : cohorts_[to.cohort].served_at(now);
  put(to, {before + static_cast<double>(bytes.count()), message});
}

void FlowCohorts::join(ClassId id, const Standing& beside, MessageId message) {
  if (id >= classes_.size()) classes_.resize(std::size_t{id} + 1);
  Class& to = classes_[id];
  put(to, {beside.target, message});
  if (to.cohort == kNone) {
    to.cohort = beside.cohort;
    ++cohorts_[to.cohort].classes;
  }
  ensure(to.cohort == beside.cohort, "flows of one route that started together are equally far");
  if (!to.queued) enqueue(id);
}

void FlowCohorts::put(Class& of, Flow flow) {
  if (of.empty) {
    of.empty = false;
    of.queued = false;
    of.first = flow;
    return;
  }
  if (of.first > flow) {
    std::swap(of.first, flow);
    of.queued = false;
  }
  if (of.more == kNone) {
    of.more = static_cast<std::uint32_t>(others_.size());
    others_.emplace_back();
  }
  auto& others = others_[of.more];
  others.push_back(flow);
  std::push_heap(others.begin(), others.end(), std::greater<>{});
}

void FlowCohorts::take_first(Class& of) {
  of.queued = false;
  of.empty = of.more == kNone || others_[of.more].empty();
  if (of.empty) return;
  auto& others = others_[of.more];
  of.first = others.front();
  std::pop_heap(others.begin(), others.end(), std::greater<>{});
  others.pop_back();
}

void FlowCohorts::set_rate(ClassId id, const FairRate& rate, SimTime now) {
  Class& of = classes_[id];
  if (of.cohort != kNone && cohorts_[of.cohort].classes == 1) {
    change_rate(of.cohort, rate, now);
  } else if (of.cohort == kNone || cohorts_[of.cohort].rate != rate) {
    const CohortId to = follow({of.cohort, rate}, now);
    leave(of);
    of.cohort = to;
    ++cohorts_[to].classes;
  }
  if (!of.queued) enqueue(id);
}

void FlowCohorts::change_rate(CohortId id, const FairRate& rate, SimTime now) {
  Cohort& cohort = cohorts_[id];
  if (cohort.rate == rate) return;
  cohort.served = cohort.served_at(now);
  cohort.ended = 0;
  cohort.since = now;
  cohort.rate = rate;
  reschedule(id);
}

// New flows count from zero, so that a rate which is an exact fraction gives an exact time.
FlowCohorts::CohortId FlowCohorts::follow(const Move& move, SimTime now) {
  if (last_moved_to_ != kNone && move == last_move_) return last_moved_to_;
  const auto [place, fresh] = moves_.try_emplace(move, kNone);
  if (fresh) {
    place->second = new_cohort();
    Cohort& cohort = cohorts_[place->second];
    cohort.rate = move.rate;
    cohort.since = now;
    cohort.served = move.from == kNone ? 0 : cohorts_[move.from].served_at(now);
    cohort.ended = 0;
  }
  last_move_ = move;
  return last_moved_to_ = place->second;
}

FlowCohorts::CohortId FlowCohorts::new_cohort() {
  if (unused_.empty()) {
    cohorts_.emplace_back();
    return static_cast<CohortId>(cohorts_.size() - 1);
  }
  const CohortId id = unused_.back();
  unused_.pop_back();
  return id;
}

void FlowCohorts::leave(Class& leaving) {
  if (leaving.cohort == kNone) return;
  if (--cohorts_[leaving.cohort].classes == 0) reschedule(leaving.cohort);
  leaving.cohort = kNone;
  leaving.queued = false;
}

void FlowCohorts::enqueue(ClassId id) {
  Class& entering = classes_[id];
  Cohort& cohort = cohorts_[entering.cohort];
  entering.queued = true;
  const double target = entering.first.target;
  if (cohort.queue.empty() || target < cohort.queue.begin()->first) reschedule(entering.cohort);
  cohort.queue[target].push_back(id);
}

void FlowCohorts::reschedule(CohortId id) {
  if (!cohorts_[id].scheduled) return;
  cohorts_[id].scheduled = false;
  unscheduled_.push_back(id);
}

bool FlowCohorts::waits(ClassId id, CohortId cohort, double target) const {
  const Class& of = classes_[id];
  return of.cohort == cohort && !of.empty && of.first.target == target;
}

// Gives an empty cohort free; of another one the first end is put among the ends.
void FlowCohorts::schedule(CohortId id) {
  Cohort& cohort = cohorts_[id];
  cohort.scheduled = true;
  ++cohort.version;
  if (cohort.classes == 0) {
    cohort.queue.clear();
    unused_.push_back(id);
    return;
  }
  for (auto first = cohort.queue.begin();; first = cohort.queue.erase(first)) {
    ensure(first != cohort.queue.end(), "a cohort knows which of its flows ends first");
    auto& classes = first->second;
    while (!classes.empty() && !waits(classes.back(), id, first->first)) classes.pop_back();
    if (classes.empty()) continue;
    const SimTime at = later(cohort.since, cohort.rate.time_for(first->first - cohort.served));
    ends_.push_back({.at = at, .cohort = id, .version = cohort.version});
    return;
  }
}

// Where much has changed, what is out of date is swept out, which takes less than to sort it in.
void FlowCohorts::schedule_all() {
  if (unscheduled_.empty()) return;
  const std::size_t before = ends_.size();
  for (const CohortId id : unscheduled_) schedule(id);
  if (unscheduled_.size() > before / 8 || before > 2 * cohorts_.size()) {
    std::erase_if(ends_, [&](const End& end) { return is_stale(end); });
    std::make_heap(ends_.begin(), ends_.end(), std::greater<>{});
  } else {
    for (auto end = ends_.begin() + static_cast<std::ptrdiff_t>(before); end != ends_.end();) {
      std::push_heap(ends_.begin(), ++end, std::greater<>{});
    }
  }
  unscheduled_.clear();
}

std::optional<SimTime> FlowCohorts::next_end() {
  if (!moves_.empty()) {
    constexpr std::size_t kFew = 64;
    if (moves_.bucket_count() > kFew) {
      moves_ = {};  // to clear it would take as long as the largest instant
    } else {
      moves_.clear();
    }
    last_moved_to_ = kNone;
  }
  schedule_all();
  while (!ends_.empty() && is_stale(ends_.front())) {
    std::pop_heap(ends_.begin(), ends_.end(), std::greater<>{});
    ends_.pop_back();
  }
  if (ends_.empty()) return std::nullopt;
  return ends_.front().at;
}

const std::vector<FlowCohorts::Ended>& FlowCohorts::end(SimTime now) {
  ended_.clear();
  while (!ends_.empty() && ends_.front().at <= now) {
    const End first = ends_.front();
    std::pop_heap(ends_.begin(), ends_.end(), std::greater<>{});
    ends_.pop_back();
    if (!is_stale(first)) end_first(first.cohort, now);
  }
  const auto by_class = [](const Ended& a, const Ended& b) { return a.of < b.of; };
  if (!std::is_sorted(ended_.begin(), ended_.end(), by_class)) {
    std::stable_sort(ended_.begin(), ended_.end(), by_class);
  }
  return ended_;
}

void FlowCohorts::end_first(CohortId id, SimTime now) {
  reschedule(id);
  Cohort& cohort = cohorts_[id];
  ++cohort.version;
  auto& queue = cohort.queue;
  const double served = std::max(cohort.served_at(now), queue.begin()->first);
  while (!queue.empty() && queue.begin()->first <= served) {
    const auto first = queue.extract(queue.begin());
    cohort.ended = first.key();
    for (const ClassId each : first.mapped()) {
      if (waits(each, id, first.key())) end_flows(each, served);
    }
  }
}

void FlowCohorts::end_flows(ClassId id, double served) {
  Class& of = classes_[id];
  for (; !of.empty && of.first.target <= served; take_first(of)) {
    ended_.push_back({.of = id, .message = of.first.message});
  }
  if (of.empty) {
    leave(of);
  } else {
    enqueue(id);
  }
}

}  // namespace commsim
