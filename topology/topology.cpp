#include "topology/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

// Groups link ids by the device at one of their ends, keeping their order (a counting sort).
template <typename End>
void group_by_device(std::span<const Link> links, std::size_t devices, End end,
                     std::vector<LinkId>& grouped, std::vector<std::uint32_t>& begin) {
  begin.assign(devices + 1, 0);
  for (const Link& link : links) ++begin[end(link) + 1];
  for (std::size_t d = 0; d < devices; ++d) begin[d + 1] += begin[d];
  grouped.resize(links.size());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (LinkId id = 0; id < links.size(); ++id) grouped[next[end(links[id])]++] = id;
}

// Every device that `from` reaches along links (or against them).
std::vector<bool> reached(const Topology& topology, DeviceId from, bool forward) {
  std::vector<bool> seen(topology.devices().size());
  std::vector<DeviceId> open{from};
  seen[from] = true;
  while (!open.empty()) {
    const DeviceId device = open.back();
    open.pop_back();
    for (const LinkId id : forward ? topology.out_links(device) : topology.in_links(device)) {
      const DeviceId next = forward ? topology.link(id).to : topology.link(id).from;
      if (!seen[next]) {
        seen[next] = true;
        open.push_back(next);
      }
    }
  }
  return seen;
}

// Whether link 2i and link 2i + 1 are the two directions of a cable, as they are where all was
// added by cables.
bool comes_in_cables(std::span<const Link> links) {
  if (links.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < links.size(); i += 2) {
    if (links[i].from != links[i + 1].to || links[i].to != links[i + 1].from) return false;
  }
  return true;
}

[[noreturn]] void refuse_disconnected(const Topology& topology, DeviceId from, DeviceId to) {
  throw RequestError(fmt::format(
      "the graph is disconnected: no route leads from '{}' to '{}'; add links until every GPU "
      "reaches every other",
      topology.device(from).name, topology.device(to).name));
}

// Ranks are mutually reachable exactly when the first reaches all and all reach the first.
void refuse_disconnected(const Topology& topology) {
  const DeviceId first = topology.ranks().front();
  for (const bool forward : {true, false}) {
    const auto seen = reached(topology, first, forward);
    for (const DeviceId rank : topology.ranks()) {
      if (seen[rank]) continue;
      refuse_disconnected(topology, forward ? first : rank, forward ? rank : first);
    }
  }
}

// The same of cables, of which one pass suffices.
void refuse_disconnected_cables(const Topology& topology) {
  boost::disjoint_sets_with_storage<> parts(topology.devices().size());
  const auto links = topology.links();
  for (std::size_t i = 0; i < links.size(); i += 2) parts.union_set(links[i].from, links[i].to);
  const DeviceId first = topology.ranks().front();
  const auto part = parts.find_set(first);
  for (const DeviceId rank : topology.ranks()) {
    if (parts.find_set(rank) != part) refuse_disconnected(topology, first, rank);
  }
}

}  // namespace

std::string_view to_text(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kGpu:
      return "gpu";
    case DeviceKind::kHost:
      return "host";
    case DeviceKind::kNic:
      return "nic";
    case DeviceKind::kSwitch:
      return "switch";
  }
  return "";
}

std::span<const LinkId> Topology::out_links(DeviceId id) const {
  return std::span(out_).subspan(out_begin_[id], out_begin_[id + 1] - out_begin_[id]);
}

std::span<const LinkId> Topology::in_links(DeviceId id) const {
  return std::span(in_).subspan(in_begin_[id], in_begin_[id + 1] - in_begin_[id]);
}

ServerFacts Topology::facts(std::int32_t server) const {
  if (server < 0 || index(server) >= facts_.size()) return {};
  return facts_[index(server)];
}

void Topology::place(std::vector<DeviceId> ranks) {
  std::vector<bool> taken(devices_.size());
  for (const DeviceId id : ranks) {
    ensure(id < devices_.size() && devices_[id].kind == DeviceKind::kGpu && !taken[id],
           "ranks run on different GPUs");
    taken[id] = true;
  }
  ensure(!ranks.empty(), "there is a rank");
  ranks_ = std::move(ranks);
}

std::string Topology::link_name(LinkId id) const {
  std::string name = fmt::format("{}>{}", device(links_[id].from).name, device(links_[id].to).name);
  const auto siblings = out_links(links_[id].from);
  const auto number = std::count_if(siblings.begin(), siblings.end(), [&](LinkId other) {
    return other < id && links_[other].to == links_[id].to;
  });
  if (number > 0) name += fmt::format("#{}", number + 1);
  return name;
}

void TopologyBuilder::reserve(TopologySize size) {
  const auto refuse_more = [](std::int64_t count, std::size_t most, std::string_view what) {
    if (count <= static_cast<std::int64_t>(most)) return;
    throw RequestError(
        fmt::format("the topology would have {} {}; legal: up to {}", count, what, most));
  };
  refuse_more(size.ranks, kMostRanks, "ranks");
  refuse_more(size.devices, kMostDevices, "devices");
  refuse_more(size.links, kMostLinks, "links");
  topology_.ranks_.reserve(static_cast<std::size_t>(size.ranks));
  topology_.devices_.reserve(static_cast<std::size_t>(size.devices));
  topology_.links_.reserve(static_cast<std::size_t>(size.links));
}

DeviceId TopologyBuilder::add_device(DeviceKind kind, std::string name, std::int32_t server) {
  if (topology_.devices_.size() >= kMostDevices) {
    throw RequestError(fmt::format("the topology has more than {} devices", kMostDevices));
  }
  if (kind == DeviceKind::kGpu && topology_.ranks_.size() >= kMostRanks) {
    throw RequestError(fmt::format("the topology has more than {} ranks", kMostRanks));
  }
  const auto id = static_cast<DeviceId>(topology_.devices_.size());
  topology_.devices_.push_back({.kind = kind, .server = server, .name = std::move(name)});
  if (kind == DeviceKind::kGpu) topology_.ranks_.push_back(id);
  return id;
}

void TopologyBuilder::set_facts(std::int32_t server, ServerFacts facts) {
  auto& all = topology_.facts_;
  all.resize(std::max(all.size(), index(server) + 1));
  all[index(server)] = facts;
}

LinkId TopologyBuilder::add_link(DeviceId from, DeviceId to, LinkSpec spec,
                                 std::string_view medium) {
  if (topology_.links_.size() >= kMostLinks) {
    throw RequestError(fmt::format("the topology has more than {} links", kMostLinks));
  }
  ensure(from < topology_.devices_.size() && to < topology_.devices_.size() && from != to,
         "a link joins two devices that exist");
  auto& media = topology_.media_;
  auto place = std::find(media.begin(), media.end(), medium);
  if (place == media.end()) place = media.insert(media.end(), std::string(medium));
  topology_.links_.push_back({.from = from,
                              .to = to,
                              .bandwidth = spec.bandwidth,
                              .latency = spec.latency,
                              .medium = static_cast<std::uint16_t>(place - media.begin())});
  return static_cast<LinkId>(topology_.links_.size() - 1);
}

void TopologyBuilder::add_cable(DeviceId a, DeviceId b, LinkSpec spec, std::string_view medium) {
  add_link(a, b, spec, medium);
  add_link(b, a, spec, medium);
}

Topology TopologyBuilder::seal() && {
  if (topology_.ranks_.empty()) throw RequestError("the topology has no GPU, so it has no ranks");
  const std::size_t devices = topology_.devices_.size();
  group_by_device(
      topology_.links_, devices, [](const Link& l) { return l.from; }, topology_.out_,
      topology_.out_begin_);
  topology_.gpus_ = topology_.ranks_;
  if (comes_in_cables(topology_.links_)) {
    // What enters a device are the other directions of what leaves it, in the same order.
    topology_.in_begin_ = topology_.out_begin_;
    topology_.in_.reserve(topology_.out_.size());
    for (const LinkId id : topology_.out_) topology_.in_.push_back(id ^ 1U);
    refuse_disconnected_cables(topology_);
  } else {
    group_by_device(
        topology_.links_, devices, [](const Link& l) { return l.to; }, topology_.in_,
        topology_.in_begin_);
    refuse_disconnected(topology_);
  }
  return std::move(topology_);
}

}  // namespace commsim
