#include "collectives/programs/rooted_direct.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"

namespace commsim {

void RootedDirect::step(Rank r, int /*lane*/, int /*step*/, Step& out) const {
  const Rank p = shards_.ranks();
  if (r != root_) {
    const Range own = shards_.shard(r);
    return gathers_ ? out.send(root_, own) : out.receive(root_, own, Combine::kCopy);
  }
  for (Rank i = 1; i < p; ++i) {
    const Rank peer = (root_ + i) % p;
    const Range theirs = shards_.shard(peer);
    gathers_ ? out.receive(peer, theirs, Combine::kCopy) : out.send(peer, theirs);
  }
}

Duration rooted_direct_time(Rank root, const CollectiveCall& call, AlphaBetaCost inner,
                            AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const Partition shards(call.size, p, call.element);
  const std::vector<int> server_of = servers_of(call.layout);
  const int home = server_of[static_cast<std::size_t>(root)];
  Duration time{0};
  for (Rank r = 0; r < p; ++r) {
    if (r == root) continue;
    const AlphaBetaCost& link = server_of[static_cast<std::size_t>(r)] == home ? inner : outer;
    time = std::max(time, link.message(shards.length(r)));
  }
  return time;
}

}  // namespace commsim
