#include "collectives/call_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.hpp"

namespace commsim {
namespace {

// Steps are counted in an int, and a pipelined program has several for each piece.
constexpr std::int64_t kMostPieces = 1 << 24;

}  // namespace

Bytes default_chunk(const CollectiveCall& call) {
  return std::max<std::int64_t>(512_KiB / call.element, 1) * call.element;
}

Rank root_of(const CollectiveCall& call) {
  if (call.root >= 0 && call.root < call.layout.ranks()) return call.root;
  throw RequestError(
      fmt::format("root is rank {}; legal are 0 to {}", call.root, call.layout.ranks() - 1));
}

Pieces pieces_of(Bytes size, const CollectiveCall& call, Bytes fallback) {
  const Bytes chunk = call.chunk.value_or(fallback);
  if (chunk <= Bytes{0} || chunk.count() % call.element.count() != 0) {
    throw RequestError(
        fmt::format("chunk is {} bytes; it must be a positive multiple of the element, {} bytes",
                    chunk.count(), call.element.count()));
  }
  if (size / chunk >= kMostPieces) {
    throw RequestError(fmt::format("a chunk of {} cuts {} into {} pieces; at most {} are legal",
                                   to_text(chunk), to_text(size), size / chunk, kMostPieces));
  }
  return {size, chunk};
}

int channels_of(const CollectiveCall& call, int most, std::string_view why_no_more) {
  const int fallback =
      mixes_links(call.layout) ? std::min({call.layout.rails, kMostDefaultChannels, most}) : 1;
  const int channels = call.channels.value_or(fallback);
  if (channels >= 1 && channels <= most) return channels;
  throw RequestError(
      fmt::format("channels is {}; legal are 1 to {}: {}", channels, most, why_no_more));
}

int spread_local(int channel, int channels, int ranks) {
  return channels <= ranks ? channel * ranks / channels : channel % ranks;
}

int largest_server(const RankLayout& layout) {
  std::size_t largest = 0;
  for (const auto& server : layout.servers) largest = std::max(largest, server.size());
  return static_cast<int>(largest);
}

bool mixes_links(const RankLayout& layout) {
  return layout.servers.size() > 1 && largest_server(layout) > 1;
}

std::vector<int> servers_of(const RankLayout& layout) {
  std::vector<int> server_of(static_cast<std::size_t>(layout.ranks()));
  for (std::size_t s = 0; s < layout.servers.size(); ++s) {
    for (const Rank r : layout.servers[s]) {
      server_of[static_cast<std::size_t>(r)] = static_cast<int>(s);
    }
  }
  return server_of;
}

std::optional<AlphaBetaCost> uniform_cost(const RankLayout& layout, AlphaBetaCost inner,
                                          AlphaBetaCost outer) {
  if (layout.servers.size() == 1) return inner;
  if (largest_server(layout) == 1) return outer;
  const bool equal = inner.bandwidth == outer.bandwidth && inner.latency == outer.latency;
  return equal ? std::optional(inner) : std::nullopt;
}

CollectiveCall flat_call(CollectiveKind kind, Bytes size, Bytes element, Rank ranks) {
  CollectiveCall call;
  call.kind = kind;
  call.size = size;
  call.element = element;
  call.layout = RankLayout::flat(ranks);
  return call;
}

}  // namespace commsim
