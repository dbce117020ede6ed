#include "sim/network/flow_quotient.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

constexpr std::size_t kMostFlows = std::size_t{1} << 30U;

// Numbers the colours of flows in the order in which they come.
class Numbering {
 public:
  std::uint32_t operator()(std::uint64_t colour) {
    if (colour == last_ && !numbers_.empty()) return number_;
    last_ = colour;
    return number_ = numbers_.try_emplace(colour, numbers_.size()).first->second;
  }
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
  std::uint64_t last_ = 0;
  std::uint32_t number_ = 0;
};

// One link for all of a colour.
class LinkClasses {
 public:
  LinkClasses(const Topology& topology, const LinkColours& colours) : colours_(colours) {
    for (const LinkId link : colours.crossed()) {
      const auto number = static_cast<LinkId>(classes_.size());
      const auto [place, fresh] = classes_.try_emplace(colours.of(link), Class{.number = number});
      if (fresh) bandwidths_.push_back(topology.link(link).bandwidth);
      ++place->second.links;
    }
  }
  [[nodiscard]] std::span<const Bandwidth> bandwidths() const { return bandwidths_; }

  // What flows put on links.
  struct Load {
    std::vector<LinkId> links;
    std::vector<std::int64_t> shares;
  };
  // What so many flows like one over `links` put on one link of each class. Nothing if they cannot
  // be spread evenly over the class, so that colours agree by chance.
  [[nodiscard]] std::optional<Load> load(std::int64_t flows, std::span<const LinkId> links,
                                         std::span<const std::int64_t> shares) const {
    Load load;
    std::vector<std::int64_t> among;
    for (std::size_t i = 0; i < links.size(); ++i) {
      const Class& of = classes_.at(colours_.of(links[i]));
      const auto place = index(std::ranges::find(load.links, of.number) - load.links.begin());
      if (place == load.links.size()) {
        load.links.push_back(of.number);
        load.shares.push_back(0);
        among.push_back(of.links);
      }
      load.shares[place] += flows * (shares.empty() ? 1 : shares[i]);
    }
    for (std::size_t i = 0; i < among.size(); ++i) {
      if (load.shares[i] % among[i] != 0) return std::nullopt;
      load.shares[i] /= among[i];
    }
    return load;
  }

 private:
  struct Class {
    LinkId number = 0;
    std::int64_t links = 0;
  };
  const LinkColours& colours_;
  std::unordered_map<std::uint64_t, Class> classes_;
  std::vector<Bandwidth> bandwidths_;
};

// Whether weights are so small that doubles hold all their sums.
bool are_weights_exact(const RouteTable& routes, std::span<const std::uint32_t> taken) {
  constexpr std::int64_t kMost = std::int64_t{1} << 20U;
  std::int64_t common = 1;
  for (const std::uint32_t id : taken) {
    const std::int64_t whole = routes.routes()[id].whole;
    if (whole > kMost) return false;
    common = std::lcm(common, whole);
    if (common > kMost) return false;
  }
  return true;
}

}  // namespace

bool FlowQuotient::divide(RouteTable& routes, const MessagePool& messages,
                          std::span<const MessageId> flows) {
  ensure(!active(), "classes begin on an empty network");
  begins_.clear();
  if (flows.size() < worth_.flows || flows.size() > kMostFlows) return false;
  if (!colours_.refine(routes, messages, flows)) return false;
  if (!are_weights_exact(routes, colours_.routes()) || !number(messages, flows)) return false;
  const LinkClasses links(*topology_, colours_);
  max_min_.emplace(links.bandwidths());
  for (ClassId id = 0; id < classes(); ++id) {
    const auto alike = this->flows(id);
    const RouteId route = messages[alike.front()].route;
    const auto load = links.load(static_cast<std::int64_t>(alike.size()), routes.links(route),
                                 routes.shares(route));
    if (!load) {
      begins_.clear();
      return false;
    }
    max_min_->change(max_min_->add_class(load->links, load->shares, routes[route].whole), 1);
  }
  live_ = classes();
  return true;
}

// Sorts flows by their colour; false if these are too many.
bool FlowQuotient::number(const MessagePool& messages, std::span<const MessageId> flows) {
  Numbering number;
  std::vector<std::uint32_t> class_of;
  class_of.reserve(flows.size());
  for (const MessageId id : flows) {
    class_of.push_back(number(colours_.of(messages[id])));
    if (number.size() > flows.size() / worth_.in_class) return false;
  }
  std::vector<std::size_t> ends(number.size() + 1);
  for (const std::uint32_t of : class_of) ++ends[of + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  begins_ = ends;
  flows_.resize(flows.size());
  for (std::size_t i = 0; i < flows.size(); ++i) flows_[ends[class_of[i]]++] = flows[i];
  return true;
}

}  // namespace commsim
