// Is a symmetry that is broken in one place noticed, and the rest simulated right?
#include <fmt/format.h>

#include "tests/support/folding.hpp"
#include "topology/changed_links.hpp"

namespace commsim::folding_broken_test {
namespace {

// One direction of a cable gets half of its bandwidth.
Topology with_a_slow_link(const Topology& topology, LinkId slow) {
  LinkId id = 0;
  return with_changed_links(topology, [&](LinkSpec& spec, std::string_view /*medium*/) {
    if (id++ == slow) {
      spec.bandwidth = Bandwidth::bits_per_second(spec.bandwidth.bits_per_second() / 2);
    }
  });
}

// What `run` does is what is simulated of every rank by events. Returns how many classes it took.
std::int64_t classes_of(const Cluster& cluster, CollectiveKind kind, std::string_view name,
                        std::string_view routing) {
  const auto program =
      folding::made(cluster, kind, name, Bytes{std::int64_t{cluster.topology.rank_count()} << 16U});
  const RoutingPolicy& policy = folding::routing_named(routing);
  SimulationInput input = folding::input_of(cluster, *program, policy);
  const auto& network = Registry<NetworkModel>::get("fair_share", "network model");
  const SimulationOutcome outcome = simulate_folded(network, input, *cluster.folds);
  input.method = Method::kEvents;
  const SimulationOutcome events = network.simulate(input);
  if (!policy.spreads) folding::expect_same(outcome, events);
  EXPECT_NEAR(seconds(outcome.time), seconds(events.time), 1e-9);
  EXPECT_EQ(outcome.links.bytes, events.links.bytes);
  return outcome.classes;
}

ConfigNode flat(int ranks) {
  return config::map({{"ranks", std::to_string(ranks)},
                      {"link", config::map({{"bandwidth", "50 GB/s"}, {"latency", "1 us"}})}});
}

ConfigNode cluster_of(const std::string& count, const std::string& fabric) {
  return config::map({{"servers", count}, {"preset", "dgx_h100"}, {"fabric", fabric}});
}

TEST(BrokenSymmetry, OfALinkThatIsSlowIsNoticed) {
  for (const char* kind : {"switch", "ring", "fully_connected"}) {
    for (const int ranks : {4, 9, 32, 100}) {
      SCOPED_TRACE(fmt::format("{} of {}", kind, ranks));
      const Topology whole = topology_of(kind, flat(ranks));
      const auto ring = [](const Topology& topology) {
        const Cluster cluster = make_cluster(with_a_slow_link(topology, UINT32_MAX));
        return classes_of(cluster, CollectiveKind::kAllReduce, "ring", "shortest");
      };
      const Cluster broken = make_cluster(with_a_slow_link(whole, 2));
      EXPECT_EQ(classes_of(broken, CollectiveKind::kAllReduce, "ring", "shortest"), ranks);
      EXPECT_LT(ring(whole), ranks);
    }
  }
}

TEST(BrokenSymmetry, OfALinkOfAServerIsNoticed) {
  for (const char* fabric : {"single_switch", "rail_optimised"}) {
    const Topology whole = topology_of("server_cluster", cluster_of("12", fabric));
    for (const LinkId slow : {LinkId{0}, LinkId{17}, LinkId{200}}) {
      SCOPED_TRACE(fmt::format("{}, {}", fabric, whole.link_name(slow)));
      const Cluster broken = make_cluster(with_a_slow_link(whole, slow));
      EXPECT_EQ(classes_of(broken, CollectiveKind::kAllReduce, "hierarchical", "spray"), 96);
    }
  }
}

// Eight servers, of which one has seven NICs for its eight GPUs.
TEST(BrokenSymmetry, OfAServerThatLacksANicIsNoticed) {
  const auto part = [](const char* count, const char* nics) {
    return config::map({{"servers", count}, {"preset", "dgx_h100"}, {"nics", nics}});
  };
  for (const char* fabric : {"single_switch", "rail_optimised"}) {
    SCOPED_TRACE(fabric);
    const Cluster broken = make_cluster(topology_of(
        "islands", config::map({{"islands", config::list({part("7", "8"), part("1", "7")})},
                                {"fabric", fabric}})));
    const Cluster whole = make_cluster(topology_of(
        "islands", config::map({{"islands", config::list({part("7", "8"), part("1", "8")})},
                                {"fabric", fabric}})));
    EXPECT_EQ(classes_of(broken, CollectiveKind::kAllReduce, "hierarchical", "spray"), 64);
    EXPECT_EQ(classes_of(broken, CollectiveKind::kAllGather, "ring", "spray"), 64);
    EXPECT_LT(classes_of(whole, CollectiveKind::kAllReduce, "hierarchical", "spray"), 64);
  }
}

}  // namespace
}  // namespace commsim::folding_broken_test
