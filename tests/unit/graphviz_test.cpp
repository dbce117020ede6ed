#include "topology/graphviz.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/support/topology.hpp"

namespace commsim::graphviz_test {
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

TEST(Graphviz, ColoursLinksByLoadAndKeepsUnequalDirectionsApart) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  builder.add_cable(a, b, kSlow);
  builder.add_cable(a, b, kSlow);
  const Topology topology = std::move(builder).seal();
  std::ostringstream out;
  write_dot(out, topology, {.title = "a \"run\"", .share = {0.5, 0.5004, 0.999, 0}});
  const std::string text = out.str();
  using testing::HasSubstr;
  EXPECT_THAT(text, HasSubstr("label=\"a \\\"run\\\"\";"));
  EXPECT_THAT(text, HasSubstr("\"a\" -> \"b\" [label=\"1 GB/s, 50 %\", dir=both, "
                              "color=\"#fd8d3c\", penwidth=1];\n"));
  EXPECT_THAT(text, HasSubstr("\"a\" -> \"b\" [label=\"1 GB/s, 100 %\", color=\"#800026\", "
                              "penwidth=4];\n"));
  EXPECT_THAT(text, HasSubstr("\"b\" -> \"a\" [label=\"1 GB/s, 0 %\", color=\"#c0c0c0\", "
                              "penwidth=1];\n"));
  EXPECT_THAT(text, HasSubstr("90 % and more"));
}

// Little is not nothing.
TEST(Graphviz, ALinkThatCarriedAnythingIsNotIdle) {
  TopologyBuilder builder;
  builder.add_cable(builder.add_device(DeviceKind::kGpu, "a"),
                    builder.add_device(DeviceKind::kGpu, "b"), kSlow);
  const Topology topology = std::move(builder).seal();
  std::ostringstream out;
  write_dot(out, topology, {.title = "", .share = {1e-9, 0}});
  EXPECT_THAT(out.str(), testing::HasSubstr("1 GB/s, 1 %"));
}

}  // namespace
}  // namespace commsim::graphviz_test
