#include "sim/network/link_colours.hpp"

#include <algorithm>

namespace commsim {
namespace {

// By what the colours of a link and of a flow that puts share / whole of itself there count for
// each other. Odd, so that nothing is lost.
std::uint64_t factor(std::int64_t share, std::int64_t whole) {
  if (share == whole) return 1;
  return mix(static_cast<std::uint64_t>(share) ^ mix(static_cast<std::uint64_t>(whole))) | 1U;
}

}  // namespace

template <typename Visit>
void LinkColours::each_link(std::uint32_t route, Visit visit) const {
  const Route& of = routes_->routes()[route];
  const auto links = routes_->links_between(of);
  const auto shares = routes_->shares_between(of);
  for (std::size_t i = 0; i < links.size(); ++i) {
    visit(links[i], shares.empty() ? 1 : factor(shares[i], of.whole));
  }
}

bool LinkColours::refine(RouteTable& routes, const MessagePool& messages,
                         std::span<const MessageId> flows) {
  routes_ = &routes;
  messages_ = &messages;
  flows_ = flows;
  meet_all();
  for (std::size_t before = 0, now = count(); before != now; now = count()) {
    if (now > crossed_.size() / 2) return false;
    before = now;
    colour_parts();
    refine_once();
  }
  return true;
}

// Whether it is met for the first time.
bool LinkColours::meet(Part& part) {
  if (part.epoch == epoch_) return false;
  part = {.epoch = epoch_};
  return true;
}

void LinkColours::meet_link(LinkId link) {
  if (!meet(links_[link])) return;
  crossed_.push_back(link);
  const Bandwidth bandwidth = topology_->link(link).bandwidth;
  links_[link].colour = mix(static_cast<std::uint64_t>(bandwidth.bits_per_second()));
}

// What is crossed at all, so that nothing else has to be looked at.
void LinkColours::meet_all() {
  if (++epoch_ == 0) {
    for (Parts* parts : {&links_, &between_, &first_, &last_}) parts->assign(parts->size(), {});
    epoch_ = 1;
  }
  between_.resize(routes_->routes().size());
  first_.resize(routes_->participants());
  last_.resize(routes_->participants());
  crossed_.clear();
  taken_.clear();
  senders_.clear();
  receivers_.clear();
  for (const MessageId id : flows_) {
    const RouteTable::Use& use = routes_->use((*messages_)[id].route);
    Part& between = between_[use.route];
    if (meet(between)) {
      between.has_ends = routes_->routes()[use.route].is_shared();
      taken_.push_back(use.route);
      each_link(use.route, [&](LinkId link, std::uint64_t /*by*/) { meet_link(link); });
    }
    if (!between.has_ends) continue;
    if (meet(first_[index(use.from)])) {
      senders_.push_back(use.from);
      meet_link(routes_->only_out(use.from));
    }
    if (meet(last_[index(use.to)])) {
      receivers_.push_back(use.to);
      meet_link(routes_->only_in(use.to));
    }
  }
}

void LinkColours::colour_parts() {
  for (const LinkId link : crossed_) links_[link].flows = 0;
  for (const std::uint32_t route : taken_) {
    Part& part = between_[route];
    part.colour = part.flows = 0;
    each_link(route, [&](LinkId link, std::uint64_t by) { part.colour += of(link) * by; });
  }
  for (const Rank r : senders_) {
    first_[index(r)] = {.colour = of(routes_->only_out(r)), .epoch = epoch_};
  }
  for (const Rank r : receivers_) {
    last_[index(r)] = {.colour = of(routes_->only_in(r)), .epoch = epoch_};
  }
}

void LinkColours::refine_once() {
  for (const MessageId id : flows_) {
    const Message& flow = (*messages_)[id];
    const RouteTable::Use& use = routes_->use(flow.route);
    const std::uint64_t colour = of(flow);
    between_[use.route].flows += colour;
    if (!between_[use.route].has_ends) continue;
    first_[index(use.from)].flows += colour;
    last_[index(use.to)].flows += colour;
  }
  for (const std::uint32_t route : taken_) {
    each_link(route, [&](LinkId link, std::uint64_t by) {
      links_[link].flows += between_[route].flows * by;
    });
  }
  for (const Rank r : senders_) links_[routes_->only_out(r)].flows += first_[index(r)].flows;
  for (const Rank r : receivers_) links_[routes_->only_in(r)].flows += last_[index(r)].flows;
  for (const LinkId id : crossed_) {
    Part& link = links_[id];
    link.colour = mix(link.colour ^ mix(link.flows));
  }
}

std::size_t LinkColours::count() const {
  std::vector<std::uint64_t> colours;
  colours.reserve(crossed_.size());
  for (const LinkId id : crossed_) colours.push_back(of(id));
  std::ranges::sort(colours);
  return static_cast<std::size_t>(std::unique(colours.begin(), colours.end()) - colours.begin());
}

}  // namespace commsim
