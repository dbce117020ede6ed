#include "collectives/programs/binomial_tree.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"

namespace commsim {
namespace {

Rank parent_of(Rank place) { return place & (place - 1); }

}  // namespace

int BinomialTree::children(Rank place) const {
  const Rank beyond = participants() - 1 - place;
  const int existing = beyond == 0 ? 0 : floor_lg(beyond) + 1;
  return place == 0 ? existing : std::min(existing, lowest_bit_number(place));
}

Rank BinomialTree::subtree(Rank place) const {
  return place == 0 ? participants()
                    : std::min(1 << lowest_bit_number(place), participants() - place);
}

Bytes BinomialTree::load(Rank place) const {
  if (load_ == TreeLoad::kWhole) return whole_.length;
  return shards_.length(rank_at(place), subtree(place));
}

void BinomialTree::send(Rank to, Rank place, Step& out) const {
  if (load_ == TreeLoad::kWhole) return out.send(to, whole_);
  shards_.send(to, {.first = rank_at(place), .count = subtree(place)}, out);
}

void BinomialTree::receive(Rank from, Rank place, Combine combine, Step& out) const {
  if (load_ == TreeLoad::kWhole) return out.receive(from, whole_, combine);
  shards_.receive(from, {.first = rank_at(place), .count = subtree(place)}, Combine::kCopy, out);
}

int BinomialTree::steps(Rank r, int /*lane*/) const {
  const Rank place = place_of(r);
  const int one_way = children(place) + (place == 0 ? 0 : 1);
  return flow_ == TreeFlow::kUpAndDown ? 2 * one_way : one_way;
}

void BinomialTree::step(Rank r, int /*lane*/, int step, Step& out) const {
  const Rank place = place_of(r);
  const int below = children(place);
  const int above = place == 0 ? 0 : 1;
  int spread = step;  // the step on the way down
  if (flow_ != TreeFlow::kDown) {
    if (step < below) {
      const Rank child = place + (1 << step);
      return receive(rank_at(child), child, Combine::kReduce, out);
    }
    spread -= below + above;
    if (spread < 0) return send(rank_at(parent_of(place)), place, out);
  }
  if (spread < above) return receive(rank_at(parent_of(place)), place, Combine::kCopy, out);
  const Rank child = place + (1 << (below - 1 - (spread - above)));
  send(rank_at(child), child, out);
}

Duration binomial_tree_time(TreeFlow flow, TreeLoad load, Rank root, const CollectiveCall& call,
                            AlphaBetaCost inner, AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const BinomialTree tree(flow, load, root, call.size, p, call.element);
  const std::vector<int> server_of = servers_of(call.layout);
  const auto index = [](Rank i) { return static_cast<std::size_t>(i); };
  const auto link = [&](Rank place) {
    const bool same =
        server_of[index(tree.rank_at(place))] == server_of[index(tree.rank_at(parent_of(place)))];
    return same ? inner : outer;
  };

  std::vector<Duration> ready(index(p), Duration{0});
  if (flow != TreeFlow::kDown) {
    for (Rank v = p - 1; v > 0; --v) {
      Duration& above = ready[index(parent_of(v))];
      above = std::max(above, ready[index(v)] + link(v).message(tree.load(v)));
    }
  }
  Duration end = ready[0];
  if (flow == TreeFlow::kUp) return end;
  for (Rank v = 0; v < p; ++v) {
    Duration busy = ready[index(v)];
    for (int k = tree.children(v) - 1; k >= 0; --k) {
      const Rank child = v + (1 << k);
      busy += link(child).wire(tree.load(child));
      ready[index(child)] = busy + link(child).latency;
      end = std::max(end, ready[index(child)]);
    }
  }
  return end;
}

}  // namespace commsim
