#include "collectives/programs/direct_program.hpp"

#include <algorithm>

namespace commsim {

void DirectProgram::step(Rank participant, int /*lane*/, int /*step*/, Step& out) const {
  // Everyone starts with another peer, so that a model that serves messages in order sees no
  // convoy.
  for (Rank i = 1; i < ranks_; ++i) {
    const Rank to = participant + i < ranks_ ? participant + i : participant + i - ranks_;
    const Rank from = participant >= i ? participant - i : participant - i + ranks_;
    out.send(to, shard(reduces_ ? to : participant));
    out.receive(from, shard(reduces_ ? participant : from),
                reduces_ ? Combine::kReduce : Combine::kCopy);
  }
}

// Everyone does the same with everyone else, if all shards are equal.
bool DirectProgram::looks_like(const Program& other, std::span<const Rank> /*image*/) const {
  const auto* that = dynamic_cast<const DirectProgram*>(&other);
  return that != nullptr && that->ranks_ == ranks_ && shards_.longer() == 0 &&
         that->shards_.longer() == 0 && that->shards_.longest() == shards_.longest();
}

std::optional<Duration> direct_time(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Partition shards(call.size, call.layout.ranks(), call.element);
  Duration time{0};
  if (call.layout.servers.size() > 1) time = outer.message(shards.longest());
  for (const auto& server : call.layout.servers) {
    if (server.size() < 2) continue;
    // Shards only get shorter with their number.
    time = std::max(time, inner.message(shards.length(server.front())));
  }
  return time;
}

}  // namespace commsim
