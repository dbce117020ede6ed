// Large topologies are built, with a ring on them, in well under the two seconds that a person
// waits.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "tests/support/command.hpp"

namespace commsim::support::large_topologies_test {
namespace {

class LargeTopology : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(
    All, LargeTopology,
    testing::Values("{kind: server_cluster, servers: 1, preset: gb200_nvl72}",
                    "{kind: clos, ranks: 1024, ranks_per_leaf: 16, leaves_per_pod: 8, spines: 8, "
                    "link: {bandwidth: 50 GB/s, latency: 1 us}}",
                    "{kind: dragonfly, ranks: 4096, ports_per_router: 8, routers_per_group: 16, "
                    "global_links_per_router: 8, link: {bandwidth: 50 GB/s, latency: 1 us}}"));

TEST_P(LargeTopology, IsBuiltInUnderTwoSeconds) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "large.yaml";
  std::ofstream(file) << "version: 1\ntopology: " << GetParam()
                      << "\ncollective: {kind: all_reduce, algorithm: ring, size: 1 MiB}\n";
  const auto start = std::chrono::steady_clock::now();
  const CommandResult result = commsim("check '" + file.string() + "'");
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LT(took, std::chrono::seconds(2));
}

}  // namespace
}  // namespace commsim::support::large_topologies_test
