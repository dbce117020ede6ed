#include "collectives/programs/ring_order.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

#include "collectives/call_options.hpp"
#include "core/nearest_name.hpp"

namespace commsim {
namespace {

const std::array<std::string, 2> kOrders{"topology", "plain"};

bool is_plain(const CollectiveCall& call) {
  const std::string order = call.order.value_or(kOrders[0]);
  if (std::find(kOrders.begin(), kOrders.end(), order) == kOrders.end()) {
    throw RequestError("unknown order '" + order + "'" + suggestion(order, kOrders));
  }
  return order == kOrders[1];
}

// Ranks by number, for every channel.
std::vector<std::vector<Rank>> plain_rings(const CollectiveCall& call) {
  const int channels = channels_of(call, kMostChannels, "as many as NCCL has");
  std::vector<Rank> ranks(static_cast<std::size_t>(call.layout.ranks()));
  std::iota(ranks.begin(), ranks.end(), 0);
  return {static_cast<std::size_t>(channels), ranks};
}

// The layout's ring, backwards for every other channel.
std::vector<std::vector<Rank>> two_way_rings(const CollectiveCall& call) {
  const int channels = channels_of(call, kMostChannels, "as many as NCCL has");
  std::vector<std::vector<Rank>> orders(static_cast<std::size_t>(channels), call.layout.ring);
  for (std::size_t c = 1; c < orders.size(); c += 2) {
    std::reverse(orders[c].begin(), orders[c].end());
  }
  return orders;
}

// Strides coprime to p, each followed by its opposite: 1, p-1, 3, p-3, ...
std::vector<std::int64_t> coprime_strides(std::int64_t p) {
  std::vector<std::int64_t> strides;
  for (std::int64_t s = 1; 2 * s <= std::max<std::int64_t>(p, 2); ++s) {
    if (std::gcd(s, p) != 1) continue;
    strides.push_back(s);
    if (p - s > s) strides.push_back(p - s);
  }
  return strides;
}

std::vector<Rank> stride_ring(const std::vector<Rank>& ranks, std::int64_t stride) {
  std::vector<Rank> order;
  order.reserve(ranks.size());
  const auto p = static_cast<std::int64_t>(ranks.size());
  for (std::int64_t i = 0, at = 0; i < p; ++i, at = (at + stride) % p) {
    order.push_back(ranks[static_cast<std::size_t>(at)]);
  }
  return order;
}

// f, f+1, f-1, f+2, f-2, ... mod g.
std::vector<Rank> zigzag_path(const std::vector<Rank>& server, int channel, int channels) {
  const int g = static_cast<int>(server.size());
  const int first = spread_local(channel, channels, g);
  std::vector<Rank> path;
  for (int i = 0; i < g; ++i) {
    const int away = (i + 1) / 2;
    const int local = (first + (i % 2 == 1 ? away : g - away)) % g;
    path.push_back(server[static_cast<std::size_t>(local)]);
  }
  return path;
}

std::vector<Rank> server_ring(const RankLayout& layout, int channel, int channels) {
  std::vector<Rank> order;
  for (std::size_t s = 0; s < layout.servers.size(); ++s) {
    std::vector<Rank> path = zigzag_path(layout.servers[s], channel, channels);
    if (s % 2 == 1) std::reverse(path.begin(), path.end());
    order.insert(order.end(), path.begin(), path.end());
  }
  return order;
}

}  // namespace

std::vector<std::vector<Rank>> ring_orders(const RankLayout& layout, int channels) {
  CollectiveCall call;
  call.layout = layout;
  call.channels = channels;
  return ring_orders(call);
}

std::vector<std::vector<Rank>> ring_orders(const CollectiveCall& call) {
  const RankLayout& layout = call.layout;
  if (is_plain(call)) return plain_rings(call);
  if (!layout.ring.empty()) return two_way_rings(call);
  std::vector<std::vector<Rank>> orders;
  if (mixes_links(layout)) {
    const int most = std::max(largest_server(layout), std::min(layout.rails, kMostChannels));
    const int channels =
        channels_of(call, most, "one ring for each rank, or NIC, of the largest server");
    for (int c = 0; c < channels; ++c) orders.push_back(server_ring(layout, c, channels));
    return orders;
  }
  const std::vector<std::int64_t> strides = coprime_strides(layout.ranks());
  const int channels = channels_of(call, static_cast<int>(strides.size()),
                                   "one ring for each stride coprime to the number of ranks");
  std::vector<Rank> ranks;
  for (const auto& server : layout.servers) ranks.insert(ranks.end(), server.begin(), server.end());
  for (int c = 0; c < channels; ++c) {
    orders.push_back(stride_ring(ranks, strides[static_cast<std::size_t>(c)]));
  }
  return orders;
}

}  // namespace commsim
