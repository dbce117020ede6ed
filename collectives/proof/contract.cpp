#include "collectives/proof/contract.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>
#include <span>

#include "collectives/partition.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

// Compares bytes of a rank's output with what they should be, and keeps the first difference.
class Expectation {
 public:
  Expectation(Rank rank, const SymbolicData& output) : rank_(rank), output_(output) {}

  /// Byte `at` should be the sum of byte `origin` of these ranks.
  void sum(std::int64_t at, std::span<const Rank> ranks, std::int64_t origin) {
    if (fault_ || output_.is_sum(at, ranks, origin)) return;
    fault_ = fmt::format("rank {} ends with {} at byte {} of its output, not byte {} of rank{} {}",
                         rank_, output_.describe(at), at, origin, ranks.size() == 1 ? "" : "s",
                         fmt::join(ranks, ", "));
  }
  /// `length` bytes from `at` on should be those of rank `from`, from `origin` on.
  void block(std::int64_t at, Rank from, std::int64_t origin, std::int64_t length) {
    for (std::int64_t b = 0; b < length; ++b) sum(at + b, {&from, 1}, origin + b);
  }
  [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }

 private:
  Rank rank_;
  const SymbolicData& output_;
  std::optional<std::string> fault_;
};

void expect_messages(Expectation& expect, const SendPattern& pattern, const CollectiveCall& call,
                     Rank rank) {
  const Rank ranks = call.layout.ranks();
  const PeerArc from = senders(pattern, rank, ranks);
  for (Rank i = 0; i < from.count; ++i) {
    const Rank sender = from.peer(i, ranks);
    expect.block(sender * call.size.count(), sender, 0, call.size.count());
  }
}

void expect_blocks(Expectation& expect, const BlockMatrix& blocks, Rank ranks, Rank rank) {
  for (Rank from = 0; from < ranks; ++from) {
    expect.block(blocks.output_offset(from, rank).count(), from,
                 blocks.input_offset(from, rank).count(), blocks.length(from, rank).count());
  }
}

// Of a vector: the ranks of whose bytes a rank should hold the sum, in the shard of `owner`; none
// if it may hold anything there.
std::span<const Rank> summands(const CollectiveCall& call, Rank rank, const Rank& owner,
                               std::span<const Rank> all) {
  const std::span<const Rank> none;
  const std::span<const Rank> owner_alone(&owner, 1);
  const std::span<const Rank> root_alone(&call.root, 1);
  const bool is_root = rank == call.root;
  const bool is_owner = rank == owner;
  switch (call.kind) {
    case CollectiveKind::kAllReduce:
      return all;
    case CollectiveKind::kReduce:
      return is_root ? all : none;
    case CollectiveKind::kReduceScatter:
      return is_owner ? all : none;
    case CollectiveKind::kAllGather:
      return owner_alone;
    case CollectiveKind::kGather:
      return is_root ? owner_alone : none;
    case CollectiveKind::kBroadcast:
      return root_alone;
    case CollectiveKind::kScatter:
      return is_owner ? root_alone : none;
    default:
      return none;
  }
}

}  // namespace

Contract::Contract(const CollectiveCall& call)
    : call_(call), ranks_(call.layout.ranks()), owners_(index(call.size.count())) {
  const Partition shards(call.size, ranks_, call.element);
  for (Rank r = 0; r < ranks_; ++r) {
    for (auto i = shards.offset(r).count(); i < shards.offset(r + 1).count(); ++i) {
      owners_[index(i)] = r;
    }
  }
  if (call.kind == CollectiveKind::kSendRecv) pattern_ = send_pattern(call.pattern, ranks_);
  if (call.kind == CollectiveKind::kAllToAll) blocks_.emplace(call);
}

SymbolicData Contract::input(Rank rank) const {
  Bytes size{0};
  if (pattern_ && rank < ranks_) size = call_.size;
  if (blocks_ && rank < ranks_) size = blocks_->input_size(rank);
  SymbolicData data(ranks_, size.count());
  for (std::int64_t i = 0; i < data.size(); ++i) data.define(i, rank, i);
  return data;
}

SymbolicData Contract::output(Rank rank) const {
  Bytes size = call_.size;
  if (pattern_) size = size * ranks_;
  if (blocks_ && rank < ranks_) size = blocks_->output_size(rank);
  SymbolicData data(ranks_, size.count());
  if (rank >= ranks_ || pattern_ || blocks_) return data;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    if (holds_before(rank, i)) data.define(i, rank, i);
  }
  return data;
}

bool Contract::holds_before(Rank rank, std::int64_t at) const {
  switch (call_.kind) {
    case CollectiveKind::kAllGather:
    case CollectiveKind::kGather:
      return owners_[index(at)] == rank;
    case CollectiveKind::kBroadcast:
    case CollectiveKind::kScatter:
      return rank == call_.root;
    default:
      return true;
  }
}

std::optional<std::string> Contract::violation(Rank rank, const SymbolicData& output) const {
  if (rank >= ranks_) return std::nullopt;
  Expectation expect(rank, output);
  if (pattern_) {
    expect_messages(expect, *pattern_, call_, rank);
    return expect.fault();
  }
  if (blocks_) {
    expect_blocks(expect, *blocks_, ranks_, rank);
    return expect.fault();
  }
  std::vector<Rank> all(index(ranks_));
  std::iota(all.begin(), all.end(), 0);
  for (std::int64_t i = 0; i < output.size(); ++i) {
    const auto ranks = summands(call_, rank, owners_[index(i)], all);
    if (!ranks.empty()) expect.sum(i, ranks, i);
  }
  return expect.fault();
}

}  // namespace commsim
