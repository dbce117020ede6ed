#include "sim/network/fair_flows.hpp"

namespace commsim {

void FairFlows::start(RouteTable& routes, const MessagePool& messages, SimTime now) {
  if (flows_ > 0 || !start_alike(routes, messages, now)) {
    if (quotient_.active()) tell_apart(routes, messages);
    for (const MessageId id : fresh_) {
      const Message& message = messages[id];
      start_one(routes, message.route);
      cohorts_.add(message.route, message.size, id, now);
    }
  }
  flows_ += fresh_.size();
  constexpr std::size_t kMany = std::size_t{1} << 16U;
  if (fresh_.size() < kMany) {
    fresh_.clear();
  } else {
    fresh_ = {};
  }
}

// In cohorts_ the first flow of a class stands for it, under its route.
bool FairFlows::start_alike(RouteTable& routes, const MessagePool& messages, SimTime now) {
  if (routes.folded() || !quotient_.divide(routes, messages, fresh_)) return false;
  class_route_.clear();
  route_class_.clear();
  for (FlowQuotient::ClassId id = 0; id < quotient_.classes(); ++id) {
    const RouteId route = messages[quotient_.flows(id).front()].route;
    class_route_.push_back(route);
    if (!route_class_.emplace(route, id).second) {  // two flows of one route that differ in size
      quotient_.clear();
      return false;
    }
  }
  for (FlowQuotient::ClassId id = 0; id < quotient_.classes(); ++id) {
    const MessageId first = quotient_.flows(id).front();
    cohorts_.add(class_route_[id], messages[first].size, first, now);
  }
  return true;
}

// From now on each flow stands for itself. No rate changes by that.
void FairFlows::tell_apart(RouteTable& routes, const MessagePool& messages) {
  std::vector<FlowCohorts::Standing> standings;
  for (const RouteId route : class_route_) standings.push_back(cohorts_.standing(route));
  for (FlowQuotient::ClassId id = 0; id < quotient_.classes(); ++id) {
    if (!quotient_.lives(id)) continue;
    const auto flows = quotient_.flows(id);
    for (const MessageId flow : flows) start_one(routes, messages[flow].route);
    for (const MessageId flow : flows.subspan(1)) {
      cohorts_.join(messages[flow].route, standings[id], flow);
    }
  }
  quotient_.clear();
}

void FairFlows::start_one(RouteTable& routes, RouteId route) {
  for (; classes_ <= route; ++classes_) {
    max_min_.add_class(routes.links(classes_), routes.shares(classes_), routes[classes_].whole);
  }
  max_min_.change(route, 1);
}

// How many flows end. They are found in ended_.
std::size_t FairFlows::end(SimTime now) {
  ended_.clear();
  ended_alone_.clear();
  const bool are_alike = quotient_.active();
  for (const FlowCohorts::Ended& flow : cohorts_.end(now)) {
    if (are_alike) {
      const FlowQuotient::ClassId id = route_class_.at(flow.of);
      ended_.push_back(quotient_.flows(id));
      quotient_.end(id);
    } else {
      max_min_.change(flow.of, -1);
      ended_alone_.push_back(flow.message);
    }
  }
  if (!ended_alone_.empty()) ended_.emplace_back(ended_alone_);
  std::size_t flows = 0;
  for (const auto& together : ended_) flows += together.size();
  flows_ -= flows;
  return flows;
}

void FairFlows::solve(SimTime now) {
  if (quotient_.active()) {
    for (const FlowQuotient::ClassId id : quotient_.solve()) {
      cohorts_.set_rate(class_route_[id], quotient_.rate(id), now);
    }
  } else {
    for (const MaxMin::ClassId id : max_min_.solve()) {
      cohorts_.set_rate(id, max_min_.rate(id), now);
    }
  }
}

}  // namespace commsim
