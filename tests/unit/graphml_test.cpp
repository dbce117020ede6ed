#include <gmock/gmock.h>

#include "tests/support/import.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::import::graphml_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kKind = "graphml";
constexpr const char* kBoxes = "scenarios/topologies/two_boxes.graphml";
constexpr const char* kDirected = "tests/fuzz/corpus/graphml/directed";

std::string errors_of(const std::string& text) {
  const BuiltTopology built = graph(kKind, text);
  EXPECT_EQ(built.topology.has_value(), built.errors.empty());
  return built.errors;
}

Topology read_graph(const std::string& text) {
  BuiltTopology built = graph(kKind, text);
  if (!built.topology || !built.errors.empty()) throw std::runtime_error(built.errors);
  return *std::move(built.topology);
}

const std::string kSmall =
    "<graphml>\n"
    "<key id=\"k\" for=\"node\" attr.name=\"kind\" attr.type=\"string\"/>\n"
    "<key id=\"b\" for=\"edge\" attr.name=\"bandwidth\" attr.type=\"string\"/>\n"
    "<key id=\"o\" for=\"all\" attr.name=\"name\" attr.type=\"string\"/>"
    "<key id=\"l\" for=\"all\" attr.name=\"latency\" attr.type=\"string\"/>"
    "<key id=\"m\" for=\"all\" attr.name=\"medium\" attr.type=\"string\"/>"
    "<key id=\"c\" for=\"all\" attr.name=\"colour\" attr.type=\"string\"/>\n"
    "<graph edgedefault=\"undirected\">\n"
    "<node id=\"a\"><data key=\"k\">gpu</data></node>\n"
    "<node id=\"b\"><data key=\"k\">gpu</data><data key=\"c\">red</data></node>\n"
    "<edge source=\"a\" target=\"b\"><data key=\"b\">1 GB/s</data></edge>\n"
    "</graph>\n"
    "</graphml>\n";

struct Refusal {
  const char* from;
  const char* to;
  const char* message;
};

class GraphmlRefusal : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    All, GraphmlRefusal,
    testing::Values(
        Refusal{"</graph>", "</gruph>", "sample:9:3: error: is no XML"},
        Refusal{"edgedefault=\"undirected\"", "", "sample:5:2: error: <graph> has no attribute"},
        Refusal{"undirected", "both", "sample:5:8: error: unknown edgedefault 'both'; legal: dir"},
        Refusal{"</graph>\n", "</graph><graph/>\n", "sample:9:10: error: a second <graph>"},
        Refusal{"</graph>\n", "<graph/></graph>\n", "sample:9:2: error: graphs in graphs"},
        Refusal{"</graph>\n", "<hyperedge/></graph>\n", "sample:9:2: error: graphs in graphs"},
        Refusal{"node id=\"a\"", "node", "sample:6:2: error: <node> has no attribute 'id'"},
        Refusal{"node id=\"b\"", "node id=\"a\"", "sample:7:7: error: the id 'a' is there twice"},
        Refusal{"target=\"b\"", "target=\"c\"", "sample:8:18: error: no node has the id 'c'"},
        Refusal{"target=\"b\"", "", "sample:8:2: error: <edge> has no attribute 'target'"},
        Refusal{"target=\"b\"", "target=\"a\"",
                "sample:8:2: error: the edge joins a node to itself"},
        Refusal{"target=\"b\"", "target=\"b\" directed=\"true\"",
                "sample:8:29: error: directed and undirected edges in one graph"},
        Refusal{"<data key=\"k\">gpu", "<data key=\"z\">gpu",
                "sample:6:20: error: no <key> has the id 'z'"},
        Refusal{"<data key=\"k\">gpu</data>", "",
                "sample:6:2: error: has no attribute 'kind', which is needed"},
        Refusal{">gpu<", ">gqu<", "sample:6:2: error: unknown kind 'gqu'; did you mean 'gpu'?"},
        Refusal{"<data key=\"b\">1 GB/s</data>", "",
                "sample:8:2: error: has no attribute 'bandwidth', which is needed"},
        Refusal{"1 GB/s", "1 GB", "sample:8:2: error: bandwidth: "},
        Refusal{"1 GB/s", "0 GB/s", "sample:8:2: error: bandwidth: "},
        Refusal{"1 GB/s", "nan GB/s", "sample:8:2: error: bandwidth: "},
        Refusal{"GB/s</data>", "GB/s</data><data key=\"l\">1 GB</data>",
                "sample:8:2: error: latency: "},
        Refusal{"GB/s</data>", "GB/s</data><data key=\"m\">air</data>",
                "sample:8:2: error: unknown medium 'air' (legal: link"}));

TEST_P(GraphmlRefusal, NamesThePlace) {
  const auto& [from, to, message] = GetParam();
  EXPECT_THAT(errors_of(with(kSmall, from, to)), HasSubstr(message));
}

TEST(Graphml, RefusesTwoDevicesOfOneName) {
  EXPECT_THAT(errors_of(with(kSmall, "gpu</data>", "gpu</data><data key=\"o\">b</data>")),
              HasSubstr("sample:7:2: error: the name 'b' is there twice"));
}

TEST(Graphml, RefusesOtherXmlAndNoXml) {
  EXPECT_THAT(errors_of("<system/>"), HasSubstr("sample:1:2: error: expected <graphml>, found"));
  EXPECT_THAT(errors_of("<graphml/>"), HasSubstr("sample:1:2: error: there is no <graph> in it"));
  EXPECT_THAT(errors_of(""), HasSubstr("is no XML"));
}

TEST(Graphml, RefusesDepthAndSizeBeforeTheyHurt) {
  std::string deep = "<graphml>";
  for (int i = 0; i < 100'000; ++i) deep += "<graph>";
  for (int i = 0; i < 100'000; ++i) deep += "</graph>";
  EXPECT_THAT(errors_of(deep + "</graphml>"), HasSubstr("nested more than 16 deep"));
  EXPECT_THAT(errors_of("<graphml>" + std::string(9'000'000, ' ') + "</graphml>"),
              HasSubstr("larger than the 8388608 bytes"));
}

TEST(Graphml, RefusesAGraphThatCannotBeUsed) {
  EXPECT_THAT(errors_of("<graphml><graph edgedefault=\"directed\"/></graphml>"),
              HasSubstr("has no GPU"));
  EXPECT_THAT(errors_of(with(sample(kDirected), "target=\"a\"", "target=\"b\"")),
              HasSubstr("joins a node to itself"));
}

TEST(Graphml, NeedsItsFile) {
  EXPECT_THAT(build_topology(kKind, config::map({})).errors,
              HasSubstr("topology.file: the key 'file' is missing"));
}

TEST(Graphml, OfUndirectedEdgesHasCables) {
  const Topology topology = read_graph(kSmall);
  EXPECT_THAT(names(topology, DeviceKind::kGpu), ElementsAre("a", "b"));
  EXPECT_EQ(link_named(topology, "b>a").bandwidth, 1_GBps);
  EXPECT_EQ(link_named(topology, "b>a").latency, Duration{0});
}

TEST(Graphml, OfDirectedEdgesHasLinksOfOneDirection) {
  const Topology topology = read_graph(sample(kDirected));
  EXPECT_EQ(topology.links().size(), 2U);
  EXPECT_EQ(link_named(topology, "a>second").bandwidth, 10_GBps);
  EXPECT_EQ(link_named(topology, "a>second").latency, 1_usec);  // the default of the key
  EXPECT_EQ(link_named(topology, "second>a").bandwidth, 5_GBps);
  EXPECT_EQ(link_named(topology, "second>a").latency, 2_usec);
}

TEST(Graphml, KnowsKindsNamesServersAndMedia) {
  const Topology topology = read_graph(sample(kBoxes));
  EXPECT_EQ(topology.rank_count(), 8);
  EXPECT_THAT(names(topology, DeviceKind::kNic), ElementsAre("box0.nic", "box1.nic"));
  for (const Device& device : topology.devices()) {
    EXPECT_EQ(device.server, device.name == "top" ? -1 : device.name[3] - '0') << device.name;
  }
  const Link& link = link_named(topology, "box1.gpu2>box1.switch");
  EXPECT_EQ(link.bandwidth, 100_GBps);
  EXPECT_EQ(link.latency, 500_nsec);
  EXPECT_EQ(topology.media()[link.medium], "nvlink");
  EXPECT_EQ(bisection(topology), 200_Gbps);
}

TEST(Graphml, ReadsEscapesAndCharacterData) {
  EXPECT_THAT(names(read_graph(sample("tests/fuzz/corpus/graphml/escapes")), DeviceKind::kGpu),
              ElementsAre("<a&"));
}

}  // namespace
}  // namespace commsim::import::graphml_test
