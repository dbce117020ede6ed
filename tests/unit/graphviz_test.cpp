#include "topology/graphviz.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/support/topology.hpp"

namespace commsim {
namespace {

std::string dot(const Topology& topology) {
  std::ostringstream out;
  write_dot(out, topology);
  return out.str();
}

constexpr LinkSpec kSlow{.bandwidth = 1_GBps};
constexpr LinkSpec kFast{.bandwidth = 2_GBps};

TEST(Graphviz, DrawsACableOnceAndUnequalDirectionsTwice) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  builder.add_cable(a, s, kSlow);
  builder.add_link(b, s, kSlow);
  builder.add_link(s, b, kFast);
  EXPECT_EQ(dot(std::move(builder).seal()),
            R"(digraph topology {
  "a" [shape=box];
  "s" [shape=diamond];
  "b" [shape=box];
  "a" -> "s" [label="1 GB/s", dir=both];
  "b" -> "s" [label="1 GB/s"];
  "s" -> "b" [label="2 GB/s"];
}
)");
}

TEST(Graphviz, DrawsABoxAroundAServerAndQuotesNames) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a\"\\", 4);
  const DeviceId n = builder.add_device(DeviceKind::kNic, "n", 4);
  const DeviceId h = builder.add_device(DeviceKind::kHost, "h");
  builder.add_cable(a, n, kSlow);
  builder.add_cable(a, n, kSlow);
  builder.add_cable(n, h, kFast);
  EXPECT_EQ(dot(std::move(builder).seal()),
            R"(digraph topology {
  "h" [shape=house];
  subgraph cluster_4 {
    label="server 4";
    "a\"\\" [shape=box];
    "n" [shape=ellipse];
  }
  "a\"\\" -> "n" [label="1 GB/s", dir=both];
  "a\"\\" -> "n" [label="1 GB/s", dir=both];
  "n" -> "h" [label="2 GB/s", dir=both];
}
)");
}

}  // namespace
}  // namespace commsim
