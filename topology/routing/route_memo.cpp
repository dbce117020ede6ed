#include "topology/routing/route_memo.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace commsim {

// Of the two devices that hold the routes of a pair, and of who may forward between them.
std::uint64_t RouteMemo::key_of(DeviceId from, DeviceId to) const {
  static_assert(TopologyBuilder::kMostDevices <= std::size_t{1} << 31U);
  const auto out = topology_->out_links(from);
  const auto in = topology_->in_links(to);
  if (out.size() != 1 || in.size() != 1) return kNoKey;
  const DeviceId first = topology_->link(out.front()).to;
  const DeviceId last = topology_->link(in.front()).from;
  if (topology_->device(first).kind == DeviceKind::kGpu ||
      topology_->device(last).kind == DeviceKind::kGpu) {
    return kNoKey;
  }
  const std::int32_t server = topology_->device(from).server;
  const bool one_server = server >= 0 && server == topology_->device(to).server;
  return (std::uint64_t{first} << 32U) | (std::uint64_t{last} << 1U) | (one_server ? 1U : 0U);
}

bool RouteMemo::find(DeviceId from, DeviceId to) {
  from_ = from;
  to_ = to;
  const std::uint64_t key = key_of(from, to);
  if (key == key_ && key != kNoKey) return true;
  key_ = kNoKey;
  if (key == kNoKey) return search_.find(from, to).has_value();
  if (links_.size() > kMostLinks) {
    parts_.clear();
    stops_.clear();
    links_.clear();
  }
  const auto known = parts_.find(key);
  if (known != parts_.end()) {
    part_ = known->second;
  } else if (search_.find(from, to)) {
    part_ = parts_[key] = learn(from, to);
  } else {
    return false;
  }
  key_ = key;
  return true;
}

// Notes the next links of all devices between the first link of the routes and the last.
RouteMemo::Part RouteMemo::learn(DeviceId from, DeviceId to) {
  const DeviceId last = topology_->link(topology_->in_links(to).front()).from;
  const std::size_t begin = stops_.size();
  std::vector<DeviceId> reached{topology_->link(topology_->out_links(from).front()).to};
  while (!reached.empty()) {
    std::vector<DeviceId> fresh;
    for (const DeviceId device : reached) {
      if (device == last) continue;
      const auto next = search_.next(device);
      const std::size_t first = links_.size();
      links_.insert(links_.end(), next.begin(), next.end());
      std::sort(links_.begin() + static_cast<std::ptrdiff_t>(first), links_.end());
      stops_.push_back({.device = device,
                        .first = static_cast<std::uint32_t>(first),
                        .count = static_cast<std::uint32_t>(next.size()),
                        .alike = are_alike(next)});
      for (const LinkId link : next) fresh.push_back(topology_->link(link).to);
    }
    std::ranges::sort(fresh);
    fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
    reached.swap(fresh);
  }
  std::sort(stops_.begin() + static_cast<std::ptrdiff_t>(begin), stops_.end(),
            [](const Stop& a, const Stop& b) { return a.device < b.device; });
  return {.first = static_cast<std::uint32_t>(begin),
          .count = static_cast<std::uint32_t>(stops_.size() - begin)};
}

bool RouteMemo::are_alike(std::span<const LinkId> links) const {
  const Link& one = topology_->link(links.front());
  return std::ranges::all_of(links, [&](LinkId id) {
    const Link& link = topology_->link(id);
    return link.bandwidth == one.bandwidth && link.latency == one.latency;
  });
}

std::span<const LinkId> RouteMemo::next(DeviceId device) {
  if (key_ == kNoKey) {
    alike_ = false;
    return search_.next(device);
  }
  alike_ = true;
  if (device == from_) return topology_->out_links(device);
  const auto begin = stops_.begin() + part_.first;
  const auto end = begin + part_.count;
  const auto stop =
      std::partition_point(begin, end, [&](const Stop& known) { return known.device < device; });
  if (stop == end || stop->device != device) return topology_->in_links(to_);
  alike_ = stop->alike;
  return std::span(links_).subspan(stop->first, stop->count);
}

}  // namespace commsim
