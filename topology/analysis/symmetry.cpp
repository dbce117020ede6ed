#include "topology/analysis/symmetry.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace commsim::symmetry {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

// Numbers what is equal; neighbours mostly are.
template <typename Key>
class Numbering {
 public:
  std::uint32_t operator()(const Key& key) {
    if (last_ != numbers_.end() && last_->first == key) return last_->second;
    last_ = numbers_.try_emplace(key, static_cast<std::uint32_t>(numbers_.size())).first;
    return last_->second;
  }

 private:
  std::map<Key, std::uint32_t> numbers_;
  typename std::map<Key, std::uint32_t>::iterator last_ = numbers_.end();
};

// Carries the shift of ranks on to all other devices, from neighbour to neighbour, and then holds
// every link against its image.
class Extension {
 public:
  Extension(const GraphSymmetry& graph, const RankShift& shift)
      : graph_(graph),
        topology_(graph.topology()),
        shift_(shift),
        image_(topology_.devices().size(), kNone),
        is_image_(topology_.devices().size()) {}

  std::optional<std::vector<LinkId>> find() {
    mapped_.reserve(image_.size());
    for (Rank r = 0; r < topology_.rank_count(); ++r) {
      if (!map(topology_.device_of(r), topology_.device_of(shift_(r)))) return std::nullopt;
    }
    std::size_t next = 0;
    while (next < mapped_.size()) {  // which grows
      if (!map_neighbours(mapped_[next++])) return std::nullopt;
    }
    if (mapped_.size() < image_.size() || !keeps_servers()) return std::nullopt;
    return links();
  }

 private:
  using Out = GraphSymmetry::Out;

  bool map(DeviceId from, DeviceId to) {
    if (graph_.kind(from) != graph_.kind(to) || is_image_[to]) return false;
    image_[from] = to;
    is_image_[to] = true;
    mapped_.push_back(from);
    return true;
  }

  // The neighbours of a device that have no image yet, each to the next neighbour of its image that
  // is none yet and hangs on a link alike.
  bool map_neighbours(DeviceId device) {
    const auto there = graph_.out(image_[device]);
    std::size_t next = 0;
    for (const Out& link : graph_.out(device)) {
      if (image_[link.to] != kNone) continue;
      std::size_t at = next;
      while (at < there.size() && (there[at].kind != link.kind || is_image_[there[at].to] ||
                                   graph_.kind(there[at].to) != graph_.kind(link.to))) {
        ++at;
      }
      if (at == there.size()) return false;
      map(link.to, there[at].to);
      // Those that were passed over may fit another neighbour.
      while (next < there.size() && is_image_[there[next].to]) ++next;
    }
    return true;
  }

  [[nodiscard]] bool keeps_servers() const {
    std::vector<std::int32_t> image;
    for (DeviceId d = 0; d < image_.size(); ++d) {
      const std::int32_t from = topology_.device(d).server;
      const std::int32_t to = topology_.device(image_[d]).server;
      if ((from < 0) != (to < 0)) return false;
      if (from < 0) continue;
      if (image.size() <= static_cast<std::size_t>(from)) {
        image.resize(static_cast<std::size_t>(from) + 1, -1);
      }
      std::int32_t& known = image[static_cast<std::size_t>(from)];
      if (known >= 0 && known != to) return false;
      known = to;
    }
    return true;
  }

  [[nodiscard]] std::optional<std::vector<LinkId>> links() {
    std::vector<LinkId> images(topology_.links().size(), kNone);
    passed_.assign(image_.size(), kNone);
    for (DeviceId d = 0; d < image_.size(); ++d) {
      if (!match_in_order(d, images) && !match_sorted(d, images)) return std::nullopt;
    }
    return images;
  }

  // The links of most devices have their images in the same order but for a few turns. Gives up
  // where two links lead to one device.
  bool match_in_order(DeviceId device, std::vector<LinkId>& images) {
    const auto ids = topology_.out_links(device);
    const auto ids_there = topology_.out_links(image_[device]);
    const auto here = graph_.out(device);
    const auto there = graph_.out(image_[device]);
    std::size_t next = 0;
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (passed_[here[i].to] == device) return false;
      passed_[here[i].to] = device;
      const DeviceId to = image_[here[i].to];
      if (next == there.size() || there[next].to != to) {
        next = 0;
        while (next < there.size() && there[next].to != to) ++next;
        if (next == there.size()) return false;
      }
      if (here[i].kind != there[next].kind) return false;
      images[ids[i]] = ids_there[next++];
    }
    return true;
  }

  // Parallel links are told apart by what they are alone, so that each takes the next one alike.
  bool match_sorted(DeviceId device, std::vector<LinkId>& images) const {
    const auto ids = topology_.out_links(device);
    const auto ids_there = topology_.out_links(image_[device]);
    const auto here = graph_.out(device);
    const auto there = graph_.out(image_[device]);
    using Key = std::pair<DeviceId, std::uint32_t>;  // where it leads, and its kind
    std::vector<std::pair<Key, LinkId>> left;
    left.reserve(there.size());
    for (std::size_t i = 0; i < there.size(); ++i) {
      left.emplace_back(Key{there[i].to, there[i].kind}, ids_there[i]);
    }
    std::ranges::sort(left);
    std::vector<bool> taken(left.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
      const Key key{image_[here[i].to], here[i].kind};
      const auto first = std::ranges::lower_bound(left, std::pair(key, LinkId{0}));
      auto at = static_cast<std::size_t>(first - left.begin());
      while (at < left.size() && left[at].first == key && taken[at]) ++at;
      if (at == left.size() || left[at].first != key) return false;
      taken[at] = true;
      images[ids[i]] = left[at].second;
    }
    return true;
  }

  const GraphSymmetry& graph_;
  const Topology& topology_;
  RankShift shift_;
  std::vector<DeviceId> image_;  // by device
  std::vector<bool> is_image_;
  std::vector<DeviceId> mapped_;  // in the order in which they got their images
  std::vector<DeviceId> passed_;  // by device: whose links led there last
};

}  // namespace
}  // namespace commsim::symmetry

namespace commsim {

GraphSymmetry::GraphSymmetry(const Topology& topology) : topology_(&topology) {
  const auto devices = static_cast<DeviceId>(topology.devices().size());
  symmetry::Numbering<std::tuple<DeviceKind, bool, std::size_t>> device_kinds;
  symmetry::Numbering<std::tuple<Bandwidth, Duration, std::uint16_t>> link_kinds;
  begin_.reserve(devices + std::size_t{1});
  out_.reserve(topology.links().size());
  kinds_.reserve(devices);
  begin_.push_back(0);
  for (DeviceId d = 0; d < devices; ++d) {
    const Device& device = topology.device(d);
    for (const LinkId id : topology.out_links(d)) {
      const Link& link = topology.link(id);
      out_.push_back(
          {.to = link.to, .kind = link_kinds({link.bandwidth, link.latency, link.medium})});
    }
    kinds_.push_back(device_kinds({device.kind, device.reduces, topology.out_links(d).size()}));
    begin_.push_back(static_cast<std::uint32_t>(out_.size()));
  }
}

std::optional<std::vector<LinkId>> GraphSymmetry::link_images(const RankShift& shift) const {
  return symmetry::Extension(*this, shift).find();
}

}  // namespace commsim
