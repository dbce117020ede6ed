// Max-min fairness has a certificate: rates are max-min fair if and only if no link is overloaded
// and every flow has a bottleneck, a full link on which no other flow is faster (Bertsekas and
// Gallager, Data Networks, 2nd ed., section 6.5.2). It is checked here without solving anything.
#include "sim/network/max_min.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/random.hpp"

namespace commsim::max_min_test {
namespace {

constexpr double kSlack = 1e-12;
constexpr std::int64_t kWhole = 12;

using Links = std::vector<LinkId>;

struct Case {
  std::uint64_t seed;
  std::uint64_t links;
  std::uint64_t classes;
  bool equal_links;     // many ties
  bool spread = false;  // a flow puts a share of its rate on each link
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.links << " links, " << c.classes << " classes, seed " << c.seed
       << (c.equal_links ? ", equal links" : "") << (c.spread ? ", spread" : "");
}

// Nothing but links: to MaxMin a route is any set of them.
Topology links_only(Random& random, const Case& c) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  builder.add_cable(a, b, {1_Gbps, 0_psec});
  while (builder.add_link(a, b,
                          {Bandwidth::bits_per_second(static_cast<std::int64_t>(
                               c.equal_links ? 8'000'000'000 * (1 + random.below(2))
                                             : 1'000'000'000 + random.below(800'000'000'000))),
                           0_psec}) +
             1 <
         c.links) {
  }
  return std::move(builder).seal();
}

Links random_route(Random& random, std::size_t links) {
  Links route;
  for (auto hops = 1 + random.below(6); hops > 0; --hops) {
    const auto link = static_cast<LinkId>(random.below(links));
    if (std::ranges::find(route, link) == route.end()) route.push_back(link);
  }
  return route;
}

using Shares = std::vector<std::int64_t>;

// A third of the classes are not spread.
Shares random_shares(Random& random, const Links& route) {
  Shares shares;
  if (random.below(3) == 0) return shares;
  for (std::size_t i = 0; i < route.size(); ++i) {
    shares.push_back(static_cast<std::int64_t>(1 + random.below(kWhole)));
  }
  return shares;
}

double capacity(const Topology& topology, LinkId link) {
  return topology.link(link).bandwidth.bytes_per_second() * 1e-12;
}

void expect_max_min(const Topology& topology, const MaxMin& max_min,
                    const std::vector<Links>& routes, const std::vector<Shares>& shares,
                    double slack) {
  std::vector<double> load(topology.links().size());
  std::vector<double> fastest(topology.links().size());
  for (MaxMin::ClassId id = 0; id < routes.size(); ++id) {
    if (max_min.flows(id) == 0) continue;
    const double rate = max_min.rate(id).bytes_per_ps;
    for (std::size_t i = 0; i < routes[id].size(); ++i) {
      const LinkId link = routes[id][i];
      const double weight = shares[id].empty() ? 1 : static_cast<double>(shares[id][i]) / kWhole;
      load[link] += weight * rate * static_cast<double>(max_min.flows(id));
      fastest[link] = std::max(fastest[link], rate);
    }
  }
  for (LinkId link = 0; link < load.size(); ++link) {
    ASSERT_LE(load[link], capacity(topology, link) * (1 + slack)) << "link " << link;
  }
  for (MaxMin::ClassId id = 0; id < routes.size(); ++id) {
    if (max_min.flows(id) == 0) continue;
    const double rate = max_min.rate(id).bytes_per_ps;
    ASSERT_GT(rate, 0);
    const auto is_bottleneck = [&](LinkId link) {
      return load[link] >= capacity(topology, link) * (1 - slack) &&
             rate >= fastest[link] * (1 - slack);
    };
    ASSERT_TRUE(std::ranges::any_of(routes[id], is_bottleneck)) << "class " << id;
  }
}

class MaxMinRates : public ::testing::TestWithParam<Case> {
 protected:
  MaxMinRates()
      : random_(GetParam().seed), topology_(links_only(random_, GetParam())), max_min_(topology_) {
    for (std::uint64_t i = 0; i < GetParam().classes; ++i) {
      routes_.push_back(random_route(random_, topology_.links().size()));
      shares_.push_back(GetParam().spread ? random_shares(random_, routes_.back()) : Shares{});
      add_class(max_min_, i);
    }
  }

  MaxMin::ClassId add_class(MaxMin& max_min, std::size_t i) const {
    return max_min.add_class(routes_[i], shares_[i], shares_[i].empty() ? 1 : kWhole);
  }

  // Flows come or go in a few classes.
  void change_something() {
    for (auto changes = 1 + random_.below(5); changes > 0; --changes) {
      const auto id = static_cast<MaxMin::ClassId>(random_.below(routes_.size()));
      const auto flows = static_cast<std::uint64_t>(max_min_.flows(id));
      if (flows > 0 && random_.below(2) == 0) {
        max_min_.change(id, -static_cast<std::int64_t>(1 + random_.below(flows)));
      } else {
        max_min_.change(id, static_cast<std::int64_t>(1 + random_.below(3)));
      }
    }
  }

  Random random_;
  Topology topology_;
  MaxMin max_min_;
  std::vector<Links> routes_;
  std::vector<Shares> shares_;
};

TEST_P(MaxMinRates, GiveEveryFlowABottleneck) {
  for (int round = 0; round < 100; ++round) {
    change_something();
    max_min_.solve();
    expect_max_min(topology_, max_min_, routes_, shares_, kSlack);
    if (HasFatalFailure()) return;
  }
}

TEST_P(MaxMinRates, DoNotDependOnWhatWasBefore) {
  for (int round = 0; round < 100; ++round) {
    change_something();
    max_min_.solve();
    MaxMin fresh(topology_);
    for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
      add_class(fresh, id);
      if (max_min_.flows(id) > 0) fresh.change(id, max_min_.flows(id));
    }
    fresh.solve();
    for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
      if (max_min_.flows(id) == 0) continue;
      ASSERT_EQ(max_min_.rate(id), fresh.rate(id)) << "class " << id << ", round " << round;
    }
  }
}

// Only what solve() returns may have changed, and only classes with flows are returned, once each.
TEST_P(MaxMinRates, ChangeOnlyInTheClassesThatAreReturned) {
  for (int round = 0; round < 100; ++round) {
    std::vector<FairRate> before;
    std::vector<bool> had_flows;
    for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
      before.push_back(max_min_.rate(id));
      had_flows.push_back(max_min_.flows(id) > 0);
    }
    change_something();
    const auto returned = max_min_.solve();
    std::vector<MaxMin::ClassId> touched(returned.begin(), returned.end());
    std::ranges::sort(touched);
    ASSERT_EQ(std::ranges::adjacent_find(touched), touched.end());
    for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
      const bool was_touched = std::ranges::binary_search(touched, id);
      if (max_min_.flows(id) == 0) {
        ASSERT_FALSE(was_touched);
      } else if (!was_touched) {
        ASSERT_TRUE(had_flows[id]);
        ASSERT_EQ(max_min_.rate(id), before[id]);
      }
    }
  }
  EXPECT_TRUE(max_min_.solve().empty());
}

// A class is an abbreviation: n flows in one class get what n classes of one flow get.
TEST_P(MaxMinRates, AreEqualForFlowsOfOneRouteInOneClassOrInMany) {
  MaxMin single(topology_);
  std::vector<MaxMin::ClassId> owners;
  for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
    const auto flows = static_cast<std::int64_t>(random_.below(4));
    max_min_.change(id, flows);
    for (std::int64_t i = 0; i < flows; ++i) {
      single.change(add_class(single, id), 1);
      owners.push_back(id);
    }
  }
  max_min_.solve();
  single.solve();
  for (MaxMin::ClassId id = 0; id < owners.size(); ++id) {
    ASSERT_EQ(single.rate(id), max_min_.rate(owners[id])) << "class " << id;
  }
}

// Classes and flows in any order, and links in any order on each route.
TEST_P(MaxMinRates, DoNotDependOnTheOrderInWhichFlowsAreAdded) {
  for (int round = 0; round < 10; ++round) {
    change_something();
    std::vector<std::size_t> order(routes_.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    MaxMin shuffled(topology_);
    for (const std::size_t i : order) add_class(shuffled, i);
    for (std::size_t turn = 0; turn < 3; ++turn) {  // flow by flow, solved in between
      for (MaxMin::ClassId id = 0; id < order.size(); ++id) {
        const std::int64_t flows = max_min_.flows(static_cast<MaxMin::ClassId>(order[id]));
        const std::int64_t now =
            turn < 2 ? std::min(flows - shuffled.flows(id), flows / 2) : flows - shuffled.flows(id);
        if (now > 0) shuffled.change(id, now);
        if (random_.below(4) == 0) shuffled.solve();
      }
    }
    max_min_.solve();
    shuffled.solve();
    for (MaxMin::ClassId id = 0; id < order.size(); ++id) {
      if (shuffled.flows(id) == 0) continue;
      ASSERT_EQ(shuffled.rate(id), max_min_.rate(static_cast<MaxMin::ClassId>(order[id])))
          << "class " << order[id] << ", round " << round;
    }
  }
}

// Three copies of the same network beside each other, and flows that go the same ways in each: one
// of them stands for all. A link that all copies share carries each class thrice.
TEST_P(MaxMinRates, AreEqualForAFoldedNetworkAndForAllItsCopies) {
  constexpr std::size_t kCopies = 3;
  const std::size_t links = topology_.links().size();
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  for (std::size_t copy = 0; copy < kCopies; ++copy) {
    for (const Link& link : topology_.links()) {
      const bool back = link.from == 1;
      builder.add_link(back ? b : a, back ? a : b, {link.bandwidth, 0_psec});
    }
  }
  const Topology copies = std::move(builder).seal();
  const auto is_shared = [](LinkId link) { return link % 5 == 0; };
  MaxMin spelled_out(copies);
  MaxMin folded(topology_);
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const std::int64_t whole = shares_[i].empty() ? 1 : kWhole;
    for (std::size_t copy = 0; copy < kCopies; ++copy) {
      Links route;
      for (const LinkId link : routes_[i]) {
        route.push_back(is_shared(link) ? link : static_cast<LinkId>(link + copy * links));
      }
      spelled_out.add_class(route, shares_[i], whole);
    }
    Shares counted;
    for (std::size_t hop = 0; hop < routes_[i].size(); ++hop) {
      counted.push_back((shares_[i].empty() ? 1 : shares_[i][hop]) *
                        (is_shared(routes_[i][hop]) ? std::int64_t{kCopies} : 1));
    }
    folded.add_class(routes_[i], counted, whole);
  }
  for (int round = 0; round < 30; ++round) {
    for (auto changes = 1 + random_.below(5); changes > 0; --changes) {
      const auto id = static_cast<MaxMin::ClassId>(random_.below(routes_.size()));
      const auto most = static_cast<std::uint64_t>(folded.flows(id));
      const bool ends = most > 0 && random_.below(2) == 0;
      const auto flows = ends ? -static_cast<std::int64_t>(1 + random_.below(most))
                              : static_cast<std::int64_t>(1 + random_.below(3));
      folded.change(id, flows);
      for (MaxMin::ClassId copy = 0; copy < kCopies; ++copy) {
        spelled_out.change(id * MaxMin::ClassId{kCopies} + copy, flows);
      }
    }
    folded.solve();
    spelled_out.solve();
    for (MaxMin::ClassId id = 0; id < routes_.size() * kCopies; ++id) {
      if (spelled_out.flows(id) == 0) continue;
      ASSERT_EQ(spelled_out.rate(id), folded.rate(id / MaxMin::ClassId{kCopies}))
          << "class " << id << ", round " << round;
    }
  }
}

// The textbook, without any regard to speed: grow all rates together until a link is full, stop its
// flows, and go on with the others.
std::vector<double> by_the_textbook(const Topology& topology, const MaxMin& max_min,
                                    const std::vector<Links>& routes,
                                    const std::vector<Shares>& shares) {
  std::vector<double> rates(routes.size());
  std::vector<bool> open(routes.size());
  for (MaxMin::ClassId id = 0; id < routes.size(); ++id) open[id] = max_min.flows(id) > 0;
  while (std::ranges::find(open, true) != open.end()) {
    std::vector<long double> free(topology.links().size());
    std::vector<long double> weight(topology.links().size());
    for (LinkId link = 0; link < free.size(); ++link) free[link] = capacity(topology, link);
    for (MaxMin::ClassId id = 0; id < routes.size(); ++id) {
      for (std::size_t i = 0; i < routes[id].size(); ++i) {
        const long double all = static_cast<long double>(max_min.flows(id)) *
                                (shares[id].empty() ? 1
                                                    : static_cast<long double>(shares[id][i]) /
                                                          static_cast<long double>(kWhole));
        if (open[id]) {
          weight[routes[id][i]] += all;
        } else {
          free[routes[id][i]] -= all * static_cast<long double>(rates[id]);
        }
      }
    }
    LinkId full = 0;
    long double least = std::numeric_limits<long double>::infinity();
    for (LinkId link = 0; link < free.size(); ++link) {
      if (weight[link] > 0 && free[link] / weight[link] < least) {
        least = free[link] / weight[link];
        full = link;
      }
    }
    for (MaxMin::ClassId id = 0; id < routes.size(); ++id) {
      if (!open[id] || std::ranges::find(routes[id], full) == routes[id].end()) continue;
      rates[id] = static_cast<double>(least);
      open[id] = false;
    }
  }
  return rates;
}

TEST_P(MaxMinRates, AreThoseOfTheTextbook) {
  for (int round = 0; round < 20; ++round) {
    change_something();
    max_min_.solve();
    const auto expected = by_the_textbook(topology_, max_min_, routes_, shares_);
    for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
      if (max_min_.flows(id) == 0) continue;
      ASSERT_NEAR(max_min_.rate(id).bytes_per_ps, expected[id], kSlack * expected[id])
          << "class " << id << ", round " << round;
    }
  }
}

// Where a rate is an exact fraction, the time is the law's to the picosecond.
TEST_P(MaxMinRates, AreExactWhereALinkIsSharedEqually) {
  for (int round = 0; round < 20; ++round) {
    change_something();
    max_min_.solve();
    for (MaxMin::ClassId id = 0; id < routes_.size(); ++id) {
      const FairRate& rate = max_min_.rate(id);
      if (max_min_.flows(id) == 0 || rate.sharers == 0) continue;
      const double expected =
          rate.capacity.bytes_per_second() * 1e-12 / static_cast<double>(rate.sharers);
      ASSERT_NEAR(rate.bytes_per_ps, expected, kSlack * expected);
      ASSERT_EQ(rate.time_for(1e6 + 1),
                transfer_time(Bytes{1'000'001}, rate.capacity, rate.sharers));
    }
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    all.push_back({seed, 3, 4, false});
    all.push_back({seed, 12, 30, seed % 2 == 0});
    all.push_back({seed, 60, 40, seed % 2 == 1});
    all.push_back({seed, 200, 60, false});  // many components
    all.push_back({seed, 12, 30, seed % 2 == 0, true});
    all.push_back({seed, 60, 40, seed % 2 == 1, true});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Random, MaxMinRates, ::testing::ValuesIn(cases()));

}  // namespace
}  // namespace commsim::max_min_test
