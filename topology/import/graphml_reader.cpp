#include "topology/import/graphml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/graph/graphml.hpp>
#include <boost/property_tree/exceptions.hpp>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "core/error.hpp"
#include "core/nearest_name.hpp"
#include "core/quantity_text.hpp"
#include "topology/import/xml_file.hpp"

namespace commsim {
namespace {

constexpr XmlLimits kGraphmlLimits{
    .bytes = std::size_t{1} << 23U, .elements = std::size_t{1} << 18U, .depth = 16};

/// Where the nodes and edges stand, and that they are what Boost's reader takes for granted: it
/// would add the nodes that edges name wrongly, and knows no places.
struct Places {
  std::vector<pugi::xml_node> nodes;
  std::vector<pugi::xml_node> edges;
  bool directed = false;
};

using Names = std::set<std::string, std::less<>>;

void check_data(const TextFile& file, const pugi::xml_node& element, const Names& keys) {
  for (const pugi::xml_node& data : element.children("data")) {
    const std::string key = text_of(file, data, "key");
    if (!keys.contains(key)) {
      fail_at(file, data, data.attribute("key"), fmt::format("no <key> has the id '{}'", key));
    }
  }
}

pugi::xml_node only_graph(const TextFile& file, const pugi::xml_node& root) {
  const pugi::xml_node graph = root.child("graph");
  if (graph.empty()) fail_at(file, root, "there is no <graph> in it");
  if (const auto second = graph.next_sibling("graph")) {
    fail_at(file, second, "a second <graph>; one graph is expected");
  }
  return graph;
}

bool is_directed(const TextFile& file, const pugi::xml_node& graph) {
  const std::string direction = text_of(file, graph, "edgedefault");
  const bool directed = direction == "directed";
  if (!directed && direction != "undirected") {
    fail_at(file, graph, graph.attribute("edgedefault"),
            fmt::format("unknown edgedefault '{}'; legal: directed, undirected", direction));
  }
  return directed;
}

void check_edge(const TextFile& file, const pugi::xml_node& edge, const Names& ids,
                bool all_directed) {
  for (const char* end : {"source", "target"}) {
    const std::string id = text_of(file, edge, end);
    if (ids.contains(id)) continue;
    fail_at(file, edge, edge.attribute(end), fmt::format("no node has the id '{}'", id));
  }
  const pugi::xml_attribute own = edge.attribute("directed");
  if (!own.empty() && own.as_bool() != all_directed) {
    fail_at(file, edge, own, "directed and undirected edges in one graph cannot be read");
  }
}

Places find_places(const TextFile& file, const pugi::xml_document& document) {
  const pugi::xml_node root = document.document_element();
  if (std::string_view(root.name()) != "graphml") {
    fail_at(file, root, fmt::format("expected <graphml>, found <{}>", root.name()));
  }
  Names keys;
  for (const pugi::xml_node& key : root.children("key")) keys.insert(text_of(file, key, "id"));

  const pugi::xml_node graph = only_graph(file, root);
  Places places;
  places.directed = is_directed(file, graph);
  Names ids;
  for (const pugi::xml_node& child : graph.children()) {
    const std::string_view name = child.name();
    if (name == "graph" || name == "hyperedge" || !child.child("graph").empty()) {
      fail_at(file, child, "graphs in graphs and hyperedges have no meaning here");
    }
    if (name == "node") {
      const std::string id = text_of(file, child, "id");
      if (!ids.insert(id).second) {
        fail_at(file, child, child.attribute("id"), fmt::format("the id '{}' is there twice", id));
      }
      places.nodes.push_back(child);
    } else if (name == "edge") {
      places.edges.push_back(child);
    } else {
      continue;
    }
    check_data(file, child, keys);
  }
  for (const pugi::xml_node& edge : places.edges) check_edge(file, edge, ids, places.directed);
  return places;
}

using Attributes = std::map<std::string, std::string, std::less<>>;

/// What Boost's reader fills: vertices and edges by number, with their attributes as text.
class AttributedGraph final : public boost::mutate_graph {
 public:
  struct Edge {
    std::size_t from = 0;
    std::size_t to = 0;
    Attributes attributes;
  };

  explicit AttributedGraph(bool directed) : directed_(directed) {}

  [[nodiscard]] bool is_directed() const override { return directed_; }
  boost::any do_add_vertex() override {
    nodes_.emplace_back();
    return nodes_.size() - 1;
  }
  std::pair<boost::any, bool> do_add_edge(boost::any source, boost::any target) override {
    edges_.push_back({.from = boost::any_cast<std::size_t>(source),
                      .to = boost::any_cast<std::size_t>(target),
                      .attributes = {}});
    return {edges_.size() - 1, true};
  }
  void set_graph_property(const std::string& /*name*/, const std::string& /*value*/,
                          const std::string& /*type*/) override {}
  void set_vertex_property(const std::string& name, boost::any vertex, const std::string& value,
                           const std::string& /*type*/) override {
    nodes_[boost::any_cast<std::size_t>(vertex)][name] = value;
  }
  void set_edge_property(const std::string& name, boost::any edge, const std::string& value,
                         const std::string& /*type*/) override {
    edges_[boost::any_cast<std::size_t>(edge)].attributes[name] = value;
  }

  [[nodiscard]] const std::vector<Attributes>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<Edge>& edges() const { return edges_; }

 private:
  bool directed_;
  std::vector<Attributes> nodes_;
  std::vector<Edge> edges_;
};

AttributedGraph read_graph(const TextFile& file, const Places& places) {
  AttributedGraph graph(places.directed);
  std::istringstream text(file.text);
  try {
    boost::read_graphml(text, graph, 0);
  } catch (const boost::graph_exception& broken) {
    file.fail(broken.what());
  } catch (const boost::property_tree::ptree_error& broken) {
    file.fail(broken.what());
  }
  if (graph.nodes().size() != places.nodes.size() || graph.edges().size() != places.edges.size()) {
    file.fail("is no GraphML: its nodes and edges cannot be told apart");
  }
  return graph;
}

/// What one element says, with errors at its place.
class Element {
 public:
  Element(const TextFile& file, const pugi::xml_node& place, const Attributes& attributes)
      : file_(file), place_(place), attributes_(attributes) {}

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const {
    const auto found = attributes_.find(name);
    if (found == attributes_.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::string needed(std::string_view name) const {
    if (auto value = text(name)) return *std::move(value);
    fail(fmt::format("has no attribute '{}', which is needed", name));
  }
  // The number of the word among the legal ones.
  [[nodiscard]] std::size_t word(std::string_view name, const std::string& value,
                                 const std::vector<std::string>& legal) const {
    const auto found = std::ranges::find(legal, value);
    if (found != legal.end()) return static_cast<std::size_t>(found - legal.begin());
    fail(fmt::format("unknown {} '{}'{}", name, value, suggestion(value, legal)));
  }
  template <typename Parse>
  auto quantity(std::string_view name, const std::string& value, Parse parse) const {
    try {
      return parse(value);
    } catch (const RequestError& refusal) {
      fail(fmt::format("{}: {}", name, refusal.what()));
    }
  }
  [[noreturn]] void fail(const std::string& message) const { fail_at(file_, place_, message); }

 private:
  const TextFile& file_;
  const pugi::xml_node& place_;
  const Attributes& attributes_;
};

const std::vector<std::string> kKinds = {"gpu", "host", "nic", "switch"};
const std::vector<std::string> kMedia = {"link", "network", "nvlink", "pcie", "socket", "spine"};
constexpr std::array kDeviceKinds = {DeviceKind::kGpu, DeviceKind::kHost, DeviceKind::kNic,
                                     DeviceKind::kSwitch};

void add_devices(TopologyBuilder& builder, const TextFile& file, const Places& places,
                 const AttributedGraph& graph) {
  Names names;
  std::map<std::string, std::int32_t, std::less<>> servers;
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Element node(file, places.nodes[i], graph.nodes()[i]);
    const std::size_t kind = node.word("kind", node.needed("kind"), kKinds);
    const std::string name = node.text("name").value_or(places.nodes[i].attribute("id").value());
    if (!names.insert(name).second) node.fail(fmt::format("the name '{}' is there twice", name));
    std::int32_t server = -1;
    if (const auto label = node.text("server")) {
      server = servers.emplace(*label, static_cast<std::int32_t>(servers.size())).first->second;
    }
    builder.add_device(kDeviceKinds.at(kind), name, server);
  }
}

void add_links(TopologyBuilder& builder, const TextFile& file, const Places& places,
               const AttributedGraph& graph) {
  for (std::size_t i = 0; i < graph.edges().size(); ++i) {
    const auto& [from, to, attributes] = graph.edges()[i];
    const Element edge(file, places.edges[i], attributes);
    if (from == to) edge.fail("the edge joins a node to itself; a link joins two devices");
    LinkSpec spec;
    spec.bandwidth = edge.quantity("bandwidth", edge.needed("bandwidth"), parse_bandwidth);
    if (const auto latency = edge.text("latency")) {
      spec.latency = edge.quantity("latency", *latency, parse_duration);
    }
    const std::string& medium =
        kMedia[edge.word("medium", edge.text("medium").value_or("link"), kMedia)];
    const auto a = static_cast<DeviceId>(from);
    const auto b = static_cast<DeviceId>(to);
    builder.add_link(a, b, spec, medium);
    if (!graph.is_directed()) builder.add_link(b, a, spec, medium);
  }
}

}  // namespace

Topology read_graphml_topology(const TextFile& file) {
  pugi::xml_document document;
  parse_xml(file, kGraphmlLimits, document);
  const Places places = find_places(file, document);
  const AttributedGraph graph = read_graph(file, places);
  TopologyBuilder builder;
  add_devices(builder, file, places, graph);
  add_links(builder, file, places, graph);
  return std::move(builder).seal();
}

}  // namespace commsim
