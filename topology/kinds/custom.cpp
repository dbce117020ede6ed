// A graph written out device by device and link by link. The lists under `devices`, `links`,
// `between` and `servers` are content, not sweeps; the bandwidth or latency of a link may be swept.
#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "core/nearest_name.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::custom {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array kDeviceKinds{DeviceKind::kGpu, DeviceKind::kHost, DeviceKind::kNic,
                                  DeviceKind::kSwitch};

struct NamedDevice {
  DeviceKind kind = DeviceKind::kGpu;
  std::string name;
  std::int32_t server = -1;
};

// One direction, or both.
struct WrittenLink {
  DeviceId from = 0;
  DeviceId to = 0;
  bool both = false;
  LinkSpec spec;
  std::string medium;
};

/// Reads the section in three passes: devices, servers, links.
class CustomReader {
 public:
  explicit CustomReader(ConfigReader& section)
      : section_(section), errors_before_(section.context().diagnostics.size()) {}

  std::optional<Topology> read() {
    read_devices();
    read_servers();
    read_links();
    // The second test is for a later point of a sweep, where errors that were reported already do
    // not count again.
    if (section_.failed() || wrong_) return std::nullopt;
    TopologyBuilder builder;
    for (NamedDevice& device : devices_) {
      builder.add_device(device.kind, std::move(device.name), device.server);
    }
    for (const WrittenLink& link : links_) {
      builder.add_link(link.from, link.to, link.spec, link.medium);
      if (link.both) builder.add_link(link.to, link.from, link.spec, link.medium);
    }
    return std::move(builder).seal();
  }

 private:
  void wrong(const ConfigNode& node, const std::string& path, std::string text) {
    section_.error_at(node, path, std::move(text));
    wrong_ = true;
  }

  // A few errors are worth reading, and a large file with one mistake in each line stays cheap.
  [[nodiscard]] bool enough_errors() const {
    constexpr std::size_t kMostErrors = 50;
    return section_.context().diagnostics.size() >= errors_before_ + kMostErrors;
  }

  // The names in a list; what is not a name is reported and left out.
  std::vector<const ConfigNode*> names_in(const ConfigNode& list, const std::string& path) {
    std::vector<const ConfigNode*> names;
    if (list.kind != Kind::kSequence) {
      wrong(list, path, "expected a list of device names, such as [a, b]");
      return names;
    }
    for (const ConfigNode& item : list.items) {
      if (enough_errors()) break;
      if (item.kind == Kind::kScalar && !item.scalar.empty()) {
        names.push_back(&item);
      } else {
        wrong(item, path, "expected the name of a device");
      }
    }
    return names;
  }

  void read_devices() {
    if (section_.raw("devices") == nullptr) {
      section_.missing("devices");
      wrong_ = true;
      return;
    }
    ConfigReader kinds = section_.section("devices");
    for (const DeviceKind kind : kDeviceKinds) {
      const ConfigNode* list = kinds.raw(to_text(kind));
      if (list == nullptr) continue;
      const std::string path = fmt::format("devices.{}", to_text(kind));
      for (const ConfigNode* node : names_in(*list, path)) {
        if (!enough_errors()) add_device(kind, *node, path);
      }
    }
  }

  void add_device(DeviceKind kind, const ConfigNode& node, const std::string& path) {
    const auto id = static_cast<DeviceId>(devices_.size());
    if (!ids_.emplace(node.scalar, id).second) {
      wrong(node, path, fmt::format("the device '{}' is listed twice", node.scalar));
      return;
    }
    devices_.push_back({.kind = kind, .name = node.scalar});
    device_names_.push_back(node.scalar);
  }

  std::optional<DeviceId> find(const std::string& name, const ConfigNode& node,
                               const std::string& path) {
    const auto place = ids_.find(name);
    if (place != ids_.end()) return place->second;
    // In a large graph neither the list of all devices nor the search for the nearest helps
    // anybody.
    constexpr std::size_t kMostListed = 16;
    constexpr std::size_t kMostSearched = 4096;
    std::string advice;
    if (device_names_.size() <= kMostListed) {
      advice = suggestion(name, device_names_);
    } else if (device_names_.size() <= kMostSearched) {
      if (const auto near = nearest_name(name, device_names_)) {
        advice = fmt::format("; did you mean '{}'?", *near);
      }
    }
    wrong(node, path, fmt::format("unknown device '{}'{}", name, advice));
    return std::nullopt;
  }

  void read_servers() {
    const ConfigNode* servers = section_.raw("servers");
    if (servers == nullptr) return;
    if (servers->kind != Kind::kMap) {
      wrong(*servers, "servers",
            "expected a map from the name of a server to the list of its devices");
      return;
    }
    std::int32_t index = 0;
    for (const auto& [server, members] : servers->map) {
      const std::string path = "servers." + server;
      for (const ConfigNode* node : names_in(members, path)) {
        if (enough_errors()) return;
        const auto id = find(node->scalar, *node, path);
        if (!id) continue;
        if (devices_[*id].server >= 0) {
          wrong(*node, path, fmt::format("the device '{}' is in a server already", node->scalar));
        }
        devices_[*id].server = index;
      }
      ++index;
    }
  }

  void read_links() {
    const ConfigNode* links = section_.raw("links");
    if (links == nullptr) return;  // a lone GPU needs none; otherwise the graph is disconnected
    if (links->kind != Kind::kSequence) {
      wrong(*links, "links",
            "expected a list of links, each {between: [a, b], bandwidth, latency}");
      return;
    }
    for (std::size_t i = 0; i < links->items.size() && !enough_errors(); ++i) {
      read_link(links->items[i], fmt::format("links[{}]", i));
    }
  }

  void read_link(const ConfigNode& node, const std::string& path) {
    if (node.kind != Kind::kMap) {
      wrong(node, path, "expected a map such as {between: [a, b], bandwidth: 50 GB/s}");
      return;
    }
    const std::string& above = section_.path();
    ConfigReader reader(node, above.empty() ? path : above + "." + path, section_.context());
    WrittenLink link;
    const auto bandwidth = reader.bandwidth("bandwidth");
    link.spec.bandwidth = reader.required("bandwidth", bandwidth, Bandwidth{});
    link.spec.latency = reader.duration("latency").value_or(Duration{0});
    link.medium =
        reader.word("medium", {"link", "network", "nvlink", "pcie", "spine"}).value_or("link");
    if (read_ends(reader, node, path, link)) links_.push_back(std::move(link));
  }

  // `between: [a, b]` or `from: a` with `to: b`.
  bool read_ends(ConfigReader& reader, const ConfigNode& node, const std::string& path,
                 WrittenLink& link) {
    const ConfigNode* between = reader.raw("between");
    const bool one_way = reader.raw("from") != nullptr || reader.raw("to") != nullptr;
    if ((between != nullptr) == one_way) {
      wrong(node, path,
            one_way ? "a link has either 'between' (both directions) or 'from' and 'to' (one)"
                    : "a link needs 'between: [a, b]' (both directions) or 'from: a' and 'to: b'");
      return false;
    }
    return one_way ? read_one_way(reader, node, path, link) : read_between(*between, path, link);
  }

  bool read_between(const ConfigNode& between, const std::string& path, WrittenLink& link) {
    const std::string place = path + ".between";
    const auto ends = names_in(between, place);
    if (between.kind != Kind::kSequence || ends.size() != between.items.size()) return false;
    if (ends.size() != 2) {
      wrong(between, place, fmt::format("a link joins two devices, found {}", ends.size()));
      return false;
    }
    link.both = true;
    return join(link, find(ends[0]->scalar, *ends[0], place),
                find(ends[1]->scalar, *ends[1], place), between, place);
  }

  bool read_one_way(ConfigReader& reader, const ConfigNode& node, const std::string& path,
                    WrittenLink& link) {
    const auto end = [&](std::string_view key) -> std::optional<DeviceId> {
      const auto name = reader.text(key);
      if (!name) {
        reader.missing(key);
        wrong_ = true;
        return std::nullopt;
      }
      const ConfigNode& written = *node.find(key);
      const ConfigNode* item = section_.context().sweep.chosen(written);
      return find(*name, item != nullptr ? *item : written, fmt::format("{}.{}", path, key));
    };
    const auto from = end("from");
    const auto to = end("to");
    return join(link, from, to, node, path);
  }

  bool join(WrittenLink& link, std::optional<DeviceId> from, std::optional<DeviceId> to,
            const ConfigNode& node, const std::string& path) {
    if (!from || !to) return false;
    if (*from == *to) {
      wrong(node, path,
            fmt::format("the link joins '{}' to itself; a link joins two devices",
                        devices_[*from].name));
      return false;
    }
    link.from = *from;
    link.to = *to;
    return true;
  }

  ConfigReader& section_;
  std::size_t errors_before_;
  bool wrong_ = false;
  std::vector<NamedDevice> devices_;
  std::vector<std::string> device_names_;
  std::unordered_map<std::string, DeviceId> ids_;
  std::vector<WrittenLink> links_;
};

std::optional<Topology> build(ConfigReader& section) { return CustomReader(section).read(); }

const Registration<TopologyKind> registration{{
    .name = "custom",
    .summary = "devices and links as the scenario lists them, one way or both, at any speed",
    .reference = "Directed multigraph; Diestel, Graph Theory, section 1.10",
    .build = build,
}};

}  // namespace
}  // namespace commsim::custom
