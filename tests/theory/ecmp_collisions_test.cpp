// n flows that are hashed onto m links: balls into bins. The mean load of the fullest bin is held
// against the exact expectation
//   E = sum over k of 1 - P(no bin has k balls or more),
//   P(no bin has k or more) = n! / m^n [x^n] (sum over i < k of x^i / i!)^m.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "tests/support/leaf_spine.hpp"
#include "tests/support/topology.hpp"

namespace commsim::ecmp_collisions_test {
namespace {

double expected_fullest(int flows, int links) {
  double expectation = 0;
  for (int most = 0; most < flows; ++most) {
    // The probability that no bin has more than `most`: bins are added one by one, each with its
    // binomial share of the balls that are left over a uniform throw.
    std::vector<double> ways(static_cast<std::size_t>(flows) + 1);
    ways[0] = 1;
    for (int bin = 0; bin < links; ++bin) {
      std::vector<double> next(ways.size());
      for (int before = 0; before <= flows; ++before) {
        double term = ways[static_cast<std::size_t>(before)];
        for (int i = 0; i <= most && before + i <= flows; ++i) {
          if (i > 0) term *= (before + i) / static_cast<double>(i) / links;
          next[static_cast<std::size_t>(before + i)] += term;
        }
      }
      ways = std::move(next);
    }
    expectation += 1 - ways.back();
  }
  return expectation;
}

struct Case {
  int flows;
  int links;
  double published;
};

class EcmpCollisions : public ::testing::TestWithParam<Case> {};

TEST_P(EcmpCollisions, AreThoseOfBallsInBins) {
  constexpr int kSeeds = 4000;
  const auto [flows, links, published] = GetParam();
  const Topology topology = parallel_cables(flows, links);
  double sum = 0;
  double squares = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    Router router(topology, Registry<RoutingPolicy>::get("ecmp", "routing"),
                  {.seed = static_cast<std::uint64_t>(seed)});
    std::map<LinkId, int> load;
    int fullest = 0;
    std::vector<LinkId> route;
    for (Rank rank = 0; rank < flows; ++rank) {
      router.route(flow_of(topology, rank, flows + rank), route);
      fullest = std::max(fullest, ++load[route[1]]);
    }
    sum += fullest;
    squares += fullest * fullest;
  }
  const double mean = sum / kSeeds;
  const double error = std::sqrt((squares / kSeeds - mean * mean) / kSeeds);
  EXPECT_NEAR(mean, expected_fullest(flows, links), 4 * error);
  EXPECT_NEAR(expected_fullest(flows, links), published, 0.051);
}

INSTANTIATE_TEST_SUITE_P(FlowsOnLinks, EcmpCollisions,
                         ::testing::Values(Case{8, 8, 2.60}, Case{16, 16, 3.07}, Case{32, 32, 3.53},
                                           Case{64, 64, 3.95}, Case{16, 8, 4.20},
                                           Case{64, 16, 7.9}));

}  // namespace
}  // namespace commsim::ecmp_collisions_test
