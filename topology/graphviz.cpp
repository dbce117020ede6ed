// Plain text and not boost::write_graphviz, which draws each direction of a cable as an edge of its
// own and knows no boxes around servers.
#include "topology/graphviz.hpp"

#include <fmt/ostream.h>

#include <map>
#include <tuple>

#include "core/quantity_text.hpp"

namespace commsim {
namespace {

std::string quoted(std::string_view text) {
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
      fmt::print(out, "{}{} [shape={}];\n", boxed ? "    " : "  ", quoted(device.name),
                 shape(device.kind));
    }
    if (boxed) fmt::print(out, "  }}\n");
  }
}

// For each link: whether it stands for both directions, for itself, or for nothing because the
// opposite link stands for it.
enum class Drawn : std::uint8_t { kOneWay, kBoth, kNot };

std::vector<Drawn> pair_up(const Topology& topology) {
  std::vector<Drawn> drawn(topology.links().size(), Drawn::kOneWay);
  std::map<std::tuple<DeviceId, DeviceId, Bandwidth, Duration>, std::vector<LinkId>> lonely;
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    const Link& link = topology.link(id);
    const auto opposite = lonely.find({link.to, link.from, link.bandwidth, link.latency});
    if (opposite == lonely.end()) {
      lonely[{link.from, link.to, link.bandwidth, link.latency}].push_back(id);
      continue;
    }
    drawn[opposite->second.front()] = Drawn::kBoth;
    drawn[id] = Drawn::kNot;
    opposite->second.erase(opposite->second.begin());
    if (opposite->second.empty()) lonely.erase(opposite);
  }
  return drawn;
}

}  // namespace

void write_dot(std::ostream& out, const Topology& topology) {
  fmt::print(out, "digraph topology {{\n");
  write_devices(out, topology);
  const auto drawn = pair_up(topology);
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (drawn[id] == Drawn::kNot) continue;
    const Link& link = topology.link(id);
    fmt::print(out, "  {} -> {} [label=\"{}\"{}];\n", quoted(topology.device(link.from).name),
               quoted(topology.device(link.to).name), to_text(link.bandwidth),
               drawn[id] == Drawn::kBoth ? ", dir=both" : "");
  }
  fmt::print(out, "}}\n");
}

}  // namespace commsim
