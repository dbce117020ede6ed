// Servers and graphs from files, for tests of the importers.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/command.hpp"
#include "tests/support/config.hpp"
#include "tests/support/topology.hpp"
#include "topology/server_plan.hpp"

namespace commsim::import {

using Entries = std::vector<std::pair<std::string, config::Value>>;

inline ConfigNode speed(const char* bandwidth, const char* latency = "0 s") {
  return config::map({{"bandwidth", bandwidth}, {"latency", latency}});
}

/// A file of the repository. The larger samples are also what the fuzzers start from.
inline std::string sample(const std::string& path) {
  std::string text = support::read_file(std::filesystem::path(COMMSIM_SOURCE_DIR) / path);
  if (text.empty()) throw std::runtime_error("no sample " + path);
  return text;
}

/// `text` with the first `from` in it replaced, which must be there.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("nowhere: " + from);
  return text.replace(at, from.size(), to);
}

/// The plan of a server section whose key `import` names a file "sample" with that text, or what
/// is wrong.
struct Read {
  std::unique_ptr<ServerPlan> plan;
  std::string errors;
};

inline Read read(std::string_view import, const std::string& text, Entries more = {},
                 bool networked = true) {
  const support::TemporaryFolder folder;
  std::ofstream(folder.path() / "sample", std::ios::binary) << text;
  more.emplace_back(std::string(import), "sample");
  const ConfigNode section = config::numbered(config::map(more));
  ReadingContext context;
  context.directory = folder.path();
  ConfigReader reader(section, "topology", context);
  Read result;
  result.plan = Registry<ServerImport>::get(import, "import").read(reader, networked);
  context.report_unknown_keys();
  try {
    context.diagnostics.throw_if_any({"test"});
  } catch (const ConfigError& error) {
    result.errors = error.what();
  }
  return result;
}

/// One such server, its NICs on a switch "net" if there are any and it is `networked`.
inline Topology server(std::string_view import, const std::string& text, Entries more = {},
                       bool networked = true) {
  const Read result = read(import, text, std::move(more), networked);
  if (!result.plan || !result.errors.empty()) throw std::runtime_error(result.errors);
  TopologyBuilder builder;
  const BuiltServer built = result.plan->build(builder, 0, networked);
  if (!built.nics.empty()) {
    const DeviceId net = builder.add_device(DeviceKind::kSwitch, "net");
    for (std::size_t nic = 0; nic < built.nics.size(); ++nic) {
      builder.add_cable(built.nics[nic], net, result.plan->cable(static_cast<int>(nic)), "network");
    }
  }
  return std::move(builder).seal();
}

/// What build_topology says of a kind whose key `file` names such a file.
inline BuiltTopology graph(std::string_view kind, const std::string& text, Entries more = {}) {
  const support::TemporaryFolder folder;
  const std::string file = (folder.path() / "sample").string();
  std::ofstream(file, std::ios::binary) << text;
  more.emplace_back("file", file);
  return build_topology(kind, config::map(more));
}

inline const Link& link_named(const Topology& topology, std::string_view name) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (topology.link_name(id) == name) return topology.link(id);
  }
  throw std::runtime_error("no link " + std::string(name));
}

inline bool has_link(const Topology& topology, std::string_view name) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (topology.link_name(id) == name) return true;
  }
  return false;
}

/// The devices of that kind, by name, in the order in which they were added.
inline std::vector<std::string> names(const Topology& topology, DeviceKind kind) {
  std::vector<std::string> found;
  for (const Device& device : topology.devices()) {
    if (device.kind == kind) found.push_back(device.name);
  }
  return found;
}

/// All that leaves a device over links of that class.
inline Bandwidth leaving(const Topology& topology, DeviceId device, std::string_view medium) {
  std::int64_t bits = 0;
  for (const LinkId id : topology.out_links(device)) {
    const Link& link = topology.link(id);
    if (topology.media()[link.medium] == medium) bits += link.bandwidth.bits_per_second();
  }
  return Bandwidth::bits_per_second(bits);
}

}  // namespace commsim::import
