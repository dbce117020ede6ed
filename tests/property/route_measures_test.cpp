// Do the policies find what they measure routes by, on random graphs? Held against Boost.Graph's
// Dijkstra, and against dynamic programming over the number of links.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "core/random.hpp"
#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::route_measures_test {
namespace {

constexpr DeviceId kSwitches = 14;

// GPUs that hang on switches which random cables join; bandwidths and latencies are few, so that
// there are ties.
Topology random_fabric(Random& random) {
  TopologyBuilder builder;
  const auto spec = [&] {
    return LinkSpec{
        .bandwidth = Bandwidth::bits_per_second(static_cast<std::int64_t>(1 + random.below(5))),
        .latency = Duration{static_cast<std::int64_t>(random.below(4))}};
  };
  for (DeviceId s = 0; s < kSwitches; ++s) {
    builder.add_device(DeviceKind::kSwitch, "s" + std::to_string(s));
  }
  for (DeviceId s = 0; s < kSwitches; ++s) {
    const DeviceId gpu = builder.add_device(DeviceKind::kGpu, "g" + std::to_string(s));
    builder.add_cable(gpu, s, spec());
    builder.add_link(s, (s + 1) % kSwitches, spec());
    for (auto more = random.below(4); more > 0; --more) {
      const auto other = static_cast<DeviceId>(random.below(kSwitches));
      if (other != s) builder.add_link(s, other, spec());
    }
  }
  return std::move(builder).seal();
}

std::vector<LinkId> route(const Topology& topology, std::string_view policy, Rank from, Rank to) {
  Router router(topology, Registry<RoutingPolicy>::get(policy, "routing"), {});
  std::vector<LinkId> links;
  router.route(flow_of(topology, from, to), links);
  return links;
}

Duration latency(const Topology& topology, const std::vector<LinkId>& links) {
  Duration sum{0};
  for (const LinkId id : links) sum += topology.link(id).latency;
  return sum;
}

std::int64_t narrowest(const Topology& topology, const std::vector<LinkId>& links) {
  std::int64_t least = INT64_MAX;
  for (const LinkId id : links) {
    least = std::min(least, topology.link(id).bandwidth.bits_per_second());
  }
  return least;
}

void expect_joined(const Topology& topology, const std::vector<LinkId>& links, Rank from, Rank to) {
  DeviceId at = topology.device_of(from);
  for (const LinkId id : links) {
    ASSERT_EQ(topology.link(id).from, at);
    at = topology.link(id).to;
  }
  ASSERT_EQ(at, topology.device_of(to));
}

// For each number of links the widest bottleneck from `from` to each device.
std::vector<std::vector<std::int64_t>> widest_by_links(const Topology& topology, DeviceId from) {
  std::vector<std::vector<std::int64_t>> widest(1);
  widest[0].assign(topology.devices().size(), 0);
  widest[0][from] = INT64_MAX;
  for (std::size_t links = 1; links <= topology.devices().size(); ++links) {
    auto next = widest.back();
    for (const Link& link : topology.links()) {
      next[link.to] = std::max(
          next[link.to], std::min(widest.back()[link.from], link.bandwidth.bits_per_second()));
    }
    widest.push_back(std::move(next));
  }
  return widest;
}

class RouteMeasures : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RouteMeasures() : random_(GetParam()), topology_(random_fabric(random_)) {}
  Random random_;
  Topology topology_;
};

TEST_P(RouteMeasures, LowestLatencyIsDijkstras) {
  for (Rank from = 0; from < topology_.rank_count(); ++from) {
    const auto least = least_latencies(topology_, from);
    for (Rank to = 0; to < topology_.rank_count(); ++to) {
      const auto links = route(topology_, "lowest_latency", from, to);
      expect_joined(topology_, links, from, to);
      EXPECT_EQ(latency(topology_, links), least[static_cast<std::size_t>(to)]);
    }
  }
}

TEST_P(RouteMeasures, WidestIsWidestAndThenShort) {
  for (Rank from = 0; from < topology_.rank_count(); ++from) {
    const auto widest = widest_by_links(topology_, topology_.device_of(from));
    for (Rank to = 0; to < topology_.rank_count(); ++to) {
      if (from == to) continue;
      const DeviceId end = topology_.device_of(to);
      const std::int64_t best = widest.back()[end];
      std::size_t fewest = 0;
      while (widest[fewest][end] < best) ++fewest;
      const auto links = route(topology_, "widest", from, to);
      expect_joined(topology_, links, from, to);
      EXPECT_EQ(narrowest(topology_, links), best);
      EXPECT_EQ(links.size(), fewest);
    }
  }
}

// What enters a device leaves it; all leaves the start and all reaches the end.
TEST_P(RouteMeasures, SprayLosesNothing) {
  Router router(topology_, Registry<RoutingPolicy>::get("spray", "routing"), {});
  for (Rank from = 0; from < topology_.rank_count(); ++from) {
    const auto fewest = fewest_links(topology_, from);
    for (Rank to = 0; to < topology_.rank_count(); ++to) {
      if (from == to) continue;
      const FlowEnds flow = flow_of(topology_, from, to);
      const PlannedRoute& plan = router.routes(flow).front();
      std::map<DeviceId, std::int64_t> balance{{flow.from, plan.whole}, {flow.to, -plan.whole}};
      std::map<DeviceId, std::int64_t> depth{{flow.from, 0}};
      for (std::size_t i = 0; i < plan.links.size(); ++i) {
        const Link& link = topology_.link(plan.links[i]);
        const std::int64_t share = plan.shares.empty() ? 1 : plan.shares[i];
        EXPECT_GT(share, 0);
        balance[link.from] -= share;
        balance[link.to] += share;
        ASSERT_TRUE(depth.contains(link.from)) << "a link before what feeds it";
        depth[link.to] = depth[link.from] + 1;
      }
      for (const auto& [device, left] : balance) EXPECT_EQ(left, 0) << device;
      EXPECT_EQ(depth.at(flow.to), fewest[static_cast<std::size_t>(to)]);
    }
  }
}

// Even at each device: the links that leave it carry equal shares.
TEST_P(RouteMeasures, SprayIsEven) {
  Router router(topology_, Registry<RoutingPolicy>::get("spray", "routing"), {});
  for (Rank to = 1; to < topology_.rank_count(); ++to) {
    const PlannedRoute& plan = router.routes(flow_of(topology_, 0, to)).front();
    std::map<DeviceId, std::int64_t> share_of;
    for (std::size_t i = 0; i < plan.shares.size(); ++i) {
      const DeviceId from = topology_.link(plan.links[i]).from;
      EXPECT_EQ(share_of.try_emplace(from, plan.shares[i]).first->second, plan.shares[i]);
    }
  }
}

TEST_P(RouteMeasures, NoPolicyDependsOnWhatItPlannedBefore) {
  for (const RoutingPolicy* policy : Registry<RoutingPolicy>::entries()) {
    const RoutingSettings settings{.seed = GetParam(), .connections = 3};
    Router used(topology_, *policy, settings);
    for (int i = 0; i < 60; ++i) {
      const auto from = static_cast<Rank>(random_.below(kSwitches));
      const auto to = static_cast<Rank>(random_.below(kSwitches));
      Router fresh(topology_, *policy, settings);
      const FlowEnds flow = flow_of(topology_, from, to, static_cast<std::uint32_t>(i % 3));
      const auto expected = fresh.routes(flow);
      const auto found = used.routes(flow);
      ASSERT_EQ(found.size(), expected.size()) << policy->name;
      for (std::size_t r = 0; r < found.size(); ++r) {
        EXPECT_EQ(found[r].links, expected[r].links) << policy->name;
        EXPECT_EQ(found[r].shares, expected[r].shares) << policy->name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Random, RouteMeasures, ::testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace commsim::route_measures_test
