// Plain text and not boost::write_graphviz, which draws each direction of a cable as an edge of its
// own and knows no boxes around servers.
#include "topology/graphviz.hpp"

#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "core/quantity_text.hpp"

namespace commsim {
namespace {

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + '"';
}

std::string_view shape(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kGpu:
      return "box";
    case DeviceKind::kHost:
      return "house";
    case DeviceKind::kNic:
      return "ellipse";
    case DeviceKind::kSwitch:
      return "diamond";
  }
  return "";
}

void write_devices(std::ostream& out, const Topology& topology) {
  std::map<std::int32_t, std::vector<DeviceId>> servers;
  for (DeviceId id = 0; id < topology.devices().size(); ++id) {
    servers[topology.device(id).server].push_back(id);
  }
  for (const auto& [server, members] : servers) {
    const bool boxed = server >= 0;
    if (boxed)
      fmt::print(out, "  subgraph cluster_{} {{\n    label=\"server {}\";\n", server, server);
    for (const DeviceId id : members) {
      const Device& device = topology.device(id);
      fmt::print(out, "{}{} [shape={}];\n", boxed ? "    " : "  ", in_quotes(device.name),
                 shape(device.kind));
    }
    if (boxed) fmt::print(out, "  }}\n");
  }
}

// For each link: whether it stands for both directions, for itself, or for nothing because the
// opposite link stands for it.
enum class Drawn : std::uint8_t { kOneWay, kBoth, kNot };

// Links with different marks stay apart.
std::vector<Drawn> pair_up(const Topology& topology, const std::vector<std::int64_t>& mark) {
  using Ends = std::tuple<DeviceId, DeviceId, Bandwidth, Duration, std::int64_t>;
  std::vector<Drawn> drawn(topology.links().size(), Drawn::kOneWay);
  std::map<Ends, std::vector<LinkId>> lonely;
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    const Link& link = topology.link(id);
    const auto opposite = lonely.find({link.to, link.from, link.bandwidth, link.latency, mark[id]});
    if (opposite == lonely.end()) {
      lonely[{link.from, link.to, link.bandwidth, link.latency, mark[id]}].push_back(id);
      continue;
    }
    drawn[opposite->second.front()] = Drawn::kBoth;
    drawn[id] = Drawn::kNot;
    opposite->second.erase(opposite->second.begin());
    if (opposite->second.empty()) lonely.erase(opposite);
  }
  return drawn;
}

// `extra` returns what follows the bandwidth in a link's label, and its other attributes.
template <typename Extra>
void write_links(std::ostream& out, const Topology& topology, const std::vector<Drawn>& drawn,
                 Extra extra) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (drawn[id] == Drawn::kNot) continue;
    const Link& link = topology.link(id);
    const auto [label, attributes] = extra(id);
    fmt::print(out, "  {} -> {} [label=\"{}{}\"{}{}];\n",
               in_quotes(topology.device(link.from).name), in_quotes(topology.device(link.to).name),
               to_text(link.bandwidth), label, drawn[id] == Drawn::kBoth ? ", dir=both" : "",
               attributes);
  }
}

// Classes of load, by their least percent, from cold to hot (ColorBrewer's YlOrRd, without the
// shades that white paper swallows).
struct Shade {
  std::int64_t least;
  std::string_view colour;
  std::string_view range;
};
constexpr std::array kShades{
    Shade{0, "#c0c0c0", "idle"},        Shade{1, "#fed976", "1 to 24 %"},
    Shade{25, "#feb24c", "25 to 49 %"}, Shade{50, "#fd8d3c", "50 to 74 %"},
    Shade{75, "#e31a1c", "75 to 89 %"}, Shade{90, "#800026", "90 % and more"},
};

const Shade& shade_of(std::int64_t percent) {
  const auto hotter =
      std::ranges::find_if(kShades, [&](const Shade& shade) { return shade.least > percent; });
  return *std::prev(hotter);
}

void write_legend(std::ostream& out, const std::string& title) {
  fmt::print(out, "  label={};\n  subgraph cluster_legend {{\n    label=\"busy\";\n",
             in_quotes(title));
  for (const Shade& shade : kShades) {
    fmt::print(out,
               "    \"legend {}\" [label=\"{}\", shape=box, style=filled, fillcolor=\"{}\", "
               "fontcolor={}];\n",
               shade.least, shade.range, shade.colour, shade.least < 75 ? "black" : "white");
  }
  fmt::print(out, "  }}\n");
}

}  // namespace

void write_dot(std::ostream& out, const Topology& topology) {
  fmt::print(out, "digraph topology {{\n");
  write_devices(out, topology);
  const auto drawn = pair_up(topology, std::vector<std::int64_t>(topology.links().size()));
  write_links(out, topology, drawn, [](LinkId) { return std::pair("", ""); });
  fmt::print(out, "}}\n");
}

void write_dot(std::ostream& out, const Topology& topology, const LinkLoads& loads) {
  std::vector<std::int64_t> percent;
  for (const double share : loads.share) {
    // What carried anything is not idle.
    percent.push_back(share > 0 ? std::max<std::int64_t>(1, std::llround(100 * share)) : 0);
  }
  const std::int64_t busiest = percent.empty() ? 0 : *std::ranges::max_element(percent);
  fmt::print(out, "digraph topology {{\n");
  write_legend(out, loads.title);
  write_devices(out, topology);
  write_links(out, topology, pair_up(topology, percent), [&](LinkId id) {
    const bool bold = percent[id] == busiest && busiest > 0;
    return std::pair(
        fmt::format(", {} %", percent[id]),
        fmt::format(", color=\"{}\", penwidth={}", shade_of(percent[id]).colour, bold ? 4 : 1));
  });
  fmt::print(out, "}}\n");
}

}  // namespace commsim
