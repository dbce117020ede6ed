#include "collectives/programs/relay_tree.hpp"

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

Range piece(const RelayPart& part, int i) {
  return {.offset = part.offset + part.pieces.offset(i), .length = part.pieces.length(i)};
}

}  // namespace

RelayTree::RelayTree(const std::vector<Link>& links, Rank root) {
  std::map<Rank, std::vector<Rank>> neighbours;
  for (const auto& [a, b] : links) {
    neighbours[a].push_back(b);
    neighbours[b].push_back(a);
  }
  nodes_.push_back({.participant = root, .parent = -1, .below = {}});
  std::vector<int> depths{0};
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Rank own = nodes_[at].participant;
    for (const Rank other : neighbours[own]) {
      if (other == nodes_[at].parent) continue;
      nodes_[at].below.push_back(other);
      nodes_.push_back({.participant = other, .parent = own, .below = {}});
      depths.push_back(depths[at] + 1);
      ensure(nodes_.size() <= links.size() + 1, "the links of a tree make no circle");
    }
  }
  ensure(nodes_.size() == links.size() + 1, "the links of a tree reach everyone");
  height_ = depths.back();
}

RelayProgram::RelayProgram(TreeFlow flow, Rank ranks, int participants,
                           std::vector<RelayPart> parts)
    : flow_(flow), ranks_(ranks), participants_(participants), parts_(std::move(parts)) {
  for (std::size_t i = 0; i < parts_.size(); ++i) settle(static_cast<int>(i));
}

// Gives a part the first round in which nobody of its tree has another part.
void RelayProgram::settle(int part) {
  const auto& nodes = parts_[index(part)].tree.nodes();
  const auto is_free = [&](const Round& round) {
    return std::all_of(nodes.begin(), nodes.end(), [&](const RelayTree::Node& node) {
      return round[index(node.participant)].part < 0;
    });
  };
  auto round = std::find_if(rounds_.begin(), rounds_.end(), is_free);
  if (round == rounds_.end()) round = rounds_.insert(round, Round(index(participants_)));
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    (*round)[index(nodes[n].participant)] = {.part = part, .node = static_cast<int>(n)};
  }
}

int RelayProgram::steps(Rank participant, int lane) const {
  const Place& at = place(participant, lane);
  if (at.part < 0) return 0;
  const RelayPart& part = parts_[index(at.part)];
  if (part.tree.height() == 0) return 0;
  return part.pieces.count() + (part.tree.nodes()[index(at.node)].interior() ? 1 : 0);
}

void RelayProgram::step(Rank participant, int lane, int step, Step& out) const {
  const Place& at = place(participant, lane);
  const RelayPart& part = parts_[index(at.part)];
  const RelayTree::Node& node = part.tree.nodes()[index(at.node)];
  const bool both = flow_ == TreeFlow::kUpAndDown;
  const bool down = both ? lane % 2 == 1 : flow_ == TreeFlow::kDown;
  const std::span<const Rank> parent(&node.parent, node.parent >= 0 ? 1 : 0);
  const std::span<const Rank> below(node.below);
  const int passed = step - (node.interior() ? 1 : 0);
  if (both && down && node.parent < 0) out.wait_for({.lane = lane - 1, .step = step});
  if (passed >= 0) {
    for (const Rank to : down ? below : parent) out.send(to, piece(part, passed));
  }
  if (step >= part.pieces.count()) return;
  // A helper has nothing to add to: the first that comes from below begins the sum.
  Combine how = !down && participant < ranks_ ? Combine::kReduce : Combine::kCopy;
  for (const Rank from : down ? parent : below) {
    out.receive(from, piece(part, step), how);
    if (!down) how = Combine::kReduce;
  }
}

// A participant h links away from where a piece i begins its way has it after (i + h) c b + h a,
// for it passes on piece i - 1 meanwhile. Only the first link up, or the last one down, sees that
// the last piece is shorter: on the others it waits for the one before.
Duration relay_time(TreeFlow flow, const std::vector<RelayPart>& parts, AlphaBetaCost cost) {
  Duration time{0};
  for (const RelayPart& part : parts) {
    const int links = part.tree.height() * (flow == TreeFlow::kUpAndDown ? 2 : 1);
    if (links == 0) continue;
    time = std::max(time, (part.pieces.count() + links - 2) * cost.wire(part.pieces.first()) +
                              cost.wire(part.pieces.last()) + links * cost.latency);
  }
  return time;
}

}  // namespace commsim
