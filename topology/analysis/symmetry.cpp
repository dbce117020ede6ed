#include "topology/analysis/symmetry.hpp"

#include <algorithm>
#include <numeric>

namespace commsim::symmetry {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

bool alike(const Link& a, const Link& b) {
  return a.bandwidth == b.bandwidth && a.latency == b.latency && a.medium == b.medium;
}

// Carries the shift of ranks on to all other devices, from neighbour to neighbour, and then holds
// every link against its image.
class Extension {
 public:
  Extension(const Topology& topology, const RankShift& shift)
      : topology_(topology),
        shift_(shift),
        image_(topology.devices().size(), kNone),
        is_image_(topology.devices().size()) {}

  std::optional<std::vector<LinkId>> find() {
    if (!keeps_servers_of_ranks()) return std::nullopt;
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
  // Cheap, and enough to refuse most shifts at once.
  [[nodiscard]] bool keeps_servers_of_ranks() const {
    const auto server = [&](Rank r) { return topology_.device(topology_.device_of(r)).server; };
    for (Rank r = 0; r + 1 < topology_.rank_count(); ++r) {
      const bool together = server(r) == server(r + 1) && server(r) >= 0;
      const Rank a = shift_(r);
      const Rank b = shift_(r + 1);
      if (together != (server(a) == server(b) && server(a) >= 0)) return false;
    }
    return true;
  }

  bool map(DeviceId from, DeviceId to) {
    const Device& a = topology_.device(from);
    const Device& b = topology_.device(to);
    if (a.kind != b.kind || a.reduces != b.reduces || is_image_[to] ||
        topology_.out_links(from).size() != topology_.out_links(to).size()) {
      return false;
    }
    image_[from] = to;
    is_image_[to] = true;
    mapped_.push_back(from);
    return true;
  }

  // The neighbours of a device that have no image yet, each to the next neighbour of its image that
  // is none yet and hangs on a link alike.
  bool map_neighbours(DeviceId device) {
    const auto links = topology_.out_links(image_[device]);
    std::size_t next = 0;
    for (const LinkId id : topology_.out_links(device)) {
      const Link& link = topology_.link(id);
      if (image_[link.to] != kNone) continue;
      std::size_t at = next;
      while (at < links.size() && !fits(link, topology_.link(links[at]))) ++at;
      if (at == links.size()) return false;
      map(link.to, topology_.link(links[at]).to);
      // Those that were passed over may fit another neighbour.
      while (next < links.size() && is_image_[topology_.link(links[next]).to]) ++next;
    }
    return true;
  }
  [[nodiscard]] bool fits(const Link& link, const Link& other) const {
    const Device& a = topology_.device(link.to);
    const Device& b = topology_.device(other.to);
    return alike(link, other) && !is_image_[other.to] && a.kind == b.kind &&
           a.reduces == b.reduces &&
           topology_.out_links(link.to).size() == topology_.out_links(other.to).size();
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

  // Parallel links are told apart by what they are alone, so that each takes the next one alike.
  [[nodiscard]] std::optional<std::vector<LinkId>> links() const {
    std::vector<LinkId> images(topology_.links().size(), kNone);
    std::vector<LinkId> first(topology_.devices().size(), kNone);  // from an image to each device
    std::vector<LinkId> next(topology_.links().size(), kNone);
    for (DeviceId d = 0; d < image_.size(); ++d) {
      const auto there = topology_.out_links(image_[d]);
      for (std::size_t i = there.size(); i-- > 0;) {
        LinkId& head = first[topology_.link(there[i]).to];
        next[there[i]] = head;
        head = there[i];
      }
      bool all = true;
      for (const LinkId id : topology_.out_links(d)) {
        const Link& link = topology_.link(id);
        LinkId* place = &first[image_[link.to]];
        while (*place != kNone && !alike(link, topology_.link(*place))) place = &next[*place];
        all = all && *place != kNone;
        if (!all) break;
        images[id] = *place;
        *place = next[*place];
      }
      if (!all) return std::nullopt;
    }
    return images;
  }

  const Topology& topology_;
  RankShift shift_;
  std::vector<DeviceId> image_;  // by device
  std::vector<bool> is_image_;
  std::vector<DeviceId> mapped_;  // in the order in which they got their images
};

}  // namespace
}  // namespace commsim::symmetry

namespace commsim {

std::optional<std::vector<LinkId>> link_images(const Topology& topology, const RankShift& shift) {
  return symmetry::Extension(topology, shift).find();
}

}  // namespace commsim
