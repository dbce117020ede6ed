#include "collectives/contract.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

#include "collectives/partition.hpp"

namespace commsim {
namespace {

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

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
}

std::int64_t Contract::input_bytes() const { return pattern_ ? call_.size.count() : 0; }
std::int64_t Contract::output_bytes() const {
  return call_.size.count() * (pattern_ ? std::int64_t{ranks_} : 1);
}

SymbolicData Contract::input(Rank rank) const {
  SymbolicData data(ranks_, input_bytes());
  for (std::int64_t i = 0; i < data.size() && rank < ranks_; ++i) data.define(i, rank, i);
  return data;
}

SymbolicData Contract::output(Rank rank) const {
  SymbolicData data(ranks_, output_bytes());
  if (rank >= ranks_ || pattern_) return data;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const bool absent = (call_.kind == CollectiveKind::kAllGather && owners_[index(i)] != rank) ||
                        (call_.kind == CollectiveKind::kBroadcast && rank != call_.root);
    if (!absent) data.define(i, rank, i);
  }
  return data;
}

std::optional<std::string> Contract::violation(Rank rank, const SymbolicData& output) const {
  if (rank >= ranks_) return std::nullopt;
  std::optional<std::string> fault;
  const auto expect = [&](std::int64_t at, std::span<const Rank> ranks, std::int64_t origin) {
    if (fault || output.is_sum(at, ranks, origin)) return;
    fault = fmt::format("rank {} ends with {} at byte {} of its output, not byte {} of rank{} {}",
                        rank, output.describe(at), at, origin, ranks.size() == 1 ? "" : "s",
                        fmt::join(ranks, ", "));
  };
  std::vector<Rank> all(index(ranks_));
  std::iota(all.begin(), all.end(), 0);
  if (pattern_) {
    const PeerArc from = senders(*pattern_, rank, ranks_);
    for (Rank i = 0; i < from.count; ++i) {
      const Rank sender = from.peer(i, ranks_);
      for (std::int64_t b = 0; b < call_.size.count(); ++b) {
        expect(sender * call_.size.count() + b, {&sender, 1}, b);
      }
    }
    return fault;
  }
  for (std::int64_t i = 0; i < output.size(); ++i) {
    const Rank& owner = owners_[index(i)];
    if (call_.kind == CollectiveKind::kAllGather) expect(i, {&owner, 1}, i);
    if (call_.kind == CollectiveKind::kBroadcast) expect(i, {&call_.root, 1}, i);
    if (call_.kind == CollectiveKind::kAllReduce) expect(i, all, i);
    if (call_.kind == CollectiveKind::kReduceScatter && owner == rank) expect(i, all, i);
  }
  return fault;
}

}  // namespace commsim
