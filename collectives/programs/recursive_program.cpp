#include "collectives/programs/recursive_program.hpp"

#include <fmt/format.h>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"

namespace commsim {
namespace {

Rank power_of_two(const CollectiveCall& call, std::string_view name) {
  const Rank p = call.layout.ranks();
  if (is_power_of_two(p)) return p;
  const Rank within = power_of_two_within(p);
  throw RequestError(fmt::format(
      "{} needs a power of two of ranks, and there are {}; legal next to it are {} and {}, and for "
      "any number direct, pat and ring",
      name, p, within, 2 * std::int64_t{within}));
}

// The cost of every pair of ranks at a distance, if there is but one.
std::optional<AlphaBetaCost> cost_at(Rank distance, const std::vector<int>& server_of,
                                     AlphaBetaCost inner, AlphaBetaCost outer) {
  const auto same = [&](Rank r) {
    return server_of[static_cast<std::size_t>(r)] ==
           server_of[static_cast<std::size_t>(r ^ distance)];
  };
  const bool first = same(0);
  for (Rank r = 1; r < static_cast<Rank>(server_of.size()); ++r) {
    if (same(r) != first) return std::nullopt;
  }
  return first ? inner : outer;
}

}  // namespace

RecursiveProgram::RecursiveProgram(const CollectiveCall& call, bool reduces, std::string_view name)
    : levels_(floor_lg(power_of_two(call, name))),
      shards_(call.size, call.layout.ranks(), call.element),
      reduces_(reduces) {}

void RecursiveProgram::step(Rank r, int /*lane*/, int step, Step& out) const {
  const Rank distance = 1 << (reduces_ ? levels_ - 1 - step : step);
  const Rank peer = r ^ distance;
  const Range own = recursive_block(shards_, r, distance);
  const Range other = recursive_block(shards_, peer, distance);
  out.send(peer, reduces_ ? other : own);
  out.receive(peer, reduces_ ? own : other, reduces_ ? Combine::kReduce : Combine::kCopy);
}

// Ranks that are 2^k apart stay that far apart.
bool RecursiveProgram::looks_like(const Program& other, std::span<const Rank> image) const {
  const auto* that = dynamic_cast<const RecursiveProgram*>(&other);
  if (that == nullptr || that->levels_ != levels_ || that->reduces_ != reduces_ ||
      shards_.longer() != 0 || that->shards_.longer() != 0 ||
      that->shards_.longest() != shards_.longest()) {
    return false;
  }
  for (Rank r = 0; r < participants(); ++r) {
    if ((image[static_cast<std::size_t>(r)] ^ r) != image[0]) return false;
  }
  return true;
}

std::optional<Duration> recursive_time(const CollectiveCall& call, AlphaBetaCost inner,
                                       AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  if (!is_power_of_two(p)) return std::nullopt;
  const Partition shards(call.size, p, call.element);
  const auto uniform = uniform_cost(call.layout, inner, outer);
  const std::vector<int> server_of = servers_of(call.layout);
  Duration time{0};
  for (Rank distance = 1; distance < p; distance *= 2) {
    const auto cost = uniform ? uniform : cost_at(distance, server_of, inner, outer);
    if (!cost) return std::nullopt;
    time += cost->message(shards.offset(distance));
  }
  return time;
}

}  // namespace commsim
