#include "collectives/programs/nvls_program.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/compose.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/partition.hpp"
#include "collectives/programs/level_stages.hpp"
#include "collectives/programs/range_joiner.hpp"
#include "collectives/programs/switch_trees.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

void add_all(RangeJoiner message, const std::vector<Range>& shares) {
  for (const Range& share : shares) message.add(share);
  message.finish();
}

std::vector<Range> shares_of(Bytes size, Rank ranks, Bytes element) {
  const Partition parts(size, ranks, element);
  std::vector<Range> shares;
  shares.reserve(index(ranks));
  for (Rank i = 0; i < ranks; ++i) {
    shares.push_back({.offset = parts.offset(i), .length = parts.length(i)});
  }
  return shares;
}

// The first `piece` bytes of what is left of every shard after `done` bytes.
std::vector<Range> first_of_shards(Bytes done, Bytes piece, const CollectiveCall& call) {
  const Rank ranks = call.layout.ranks();
  std::vector<Range> shares = shares_of(call.size, ranks, call.element);
  for (Range& share : shares) share.length = std::min(piece, share.length - done);
  return shares;
}

// Pieces of the longest shard.
Pieces shard_pieces(const CollectiveCall& call) {
  const Rank ranks = call.layout.ranks();
  const Bytes fallback = switch_chunk(call.size, call.element);
  std::ignore = pieces_of(call.size, call, fallback);  // refuses bad chunks
  const std::int64_t elements = call.chunk.value_or(fallback) / call.element / ranks;
  CollectiveCall each = call;
  each.chunk = std::max<std::int64_t>(elements, 1) * call.element;
  return pieces_of(Partition(call.size, ranks, call.element).longest(), each, fallback);
}

void refuse_several_servers(const CollectiveCall& call) {
  refuse_without_switches(call);
  if (call.layout.servers.size() == 1) return;
  throw RequestError(
      fmt::format("nvls works within one server, and there are {}: the shards of a server lie side "
                  "by side on no rail; {}",
                  call.layout.servers.size(), legal_instead(call.kind, "nvls")));
}

}  // namespace

int NvlsProgram::steps(Rank participant, int lane) const {
  if (hub() == 1) return 0;
  if (participant == hub()) return lane == 0 ? 2 : 0;
  return 1;
}

void NvlsProgram::step(Rank participant, int lane, int step, Step& out) const {
  if (participant < hub()) {
    rank_step(participant, lane, out);
  } else if (step == 0) {
    take_in(out);
  } else {
    hand_on(out);
  }
}

void NvlsProgram::rank_step(Rank rank, int lane, Step& out) const {
  const bool reducing = phase_ == NvlsPhase::kReduceScatter;
  const Range& own = shares_[index(rank)];
  if (lane == 0) {
    if (reducing) add_all(RangeJoiner::sending(out, hub()), shares_);
    if (!reducing) out.send(hub(), own);
  } else {
    if (reducing) out.receive(hub(), own, Combine::kCopy, 0);
    if (!reducing) add_all(RangeJoiner::receiving(out, hub(), Combine::kCopy, 0), shares_);
  }
}

void NvlsProgram::take_in(Step& out) const {
  // What comes first begins the sum.
  Combine how = Combine::kCopy;
  for (Rank r = 0; r < hub(); ++r) {
    if (phase_ == NvlsPhase::kReduceScatter) {
      add_all(RangeJoiner::receiving(out, r, how), shares_);
      how = Combine::kReduce;
    } else {
      out.receive(r, shares_[index(r)], Combine::kCopy);
    }
  }
}

void NvlsProgram::hand_on(Step& out) const {
  for (Rank r = 0; r < hub(); ++r) {
    if (phase_ == NvlsPhase::kReduceScatter) {
      out.send(r, shares_[index(r)], 1);
    } else {
      add_all(RangeJoiner::sending(out, r, 1), shares_);
    }
  }
}

std::unique_ptr<Program> nvls_in_servers(NvlsPhase phase, Bytes size, const CollectiveCall& call) {
  std::vector<ProgramGroup> groups;
  for (std::size_t s = 0; s < call.layout.servers.size(); ++s) {
    std::vector<Rank> members = call.layout.servers[s];
    const auto g = static_cast<Rank>(members.size());
    if (g == 1) continue;
    members.push_back(call.layout.server_switches[s]);
    groups.push_back(
        {.program = std::make_unique<NvlsProgram>(phase, shares_of(size, g, call.element)),
         .members = std::move(members),
         .offset = Bytes{0}});
  }
  return on_groups(call.layout.participants(), std::move(groups));
}

void refuse_without_switches(const CollectiveCall& call) {
  const auto& switches = call.layout.server_switches;
  for (std::size_t s = 0; s < call.layout.servers.size(); ++s) {
    if (call.layout.servers[s].size() == 1) continue;
    if (s < switches.size() && switches[s] >= 0) continue;
    throw RequestError(
        fmt::format("nvls needs a switch that joins all ranks of a server and reduces, and server "
                    "{} has none; {}",
                    s, legal_instead(call.kind, "nvls")));
  }
  if (largest_server(call.layout) == 1 && call.layout.ranks() > 1) {
    throw RequestError(fmt::format(
        "nvls needs servers of several ranks on a switch, and here every rank stands alone; {}",
        legal_instead(call.kind, "nvls")));
  }
}

std::unique_ptr<Program> make_nvls(NvlsPhase phase, const CollectiveCall& call) {
  refuse_several_servers(call);
  const Pieces pieces = shard_pieces(call);
  const auto stage = [&](Bytes done, Bytes piece) {
    std::vector<ProgramGroup> groups;
    std::vector<Rank> members = call.layout.servers.front();
    if (members.size() > 1) {
      members.push_back(call.layout.server_switches.front());
      groups.push_back(
          {.program = std::make_unique<NvlsProgram>(phase, first_of_shards(done, piece, call)),
           .members = std::move(members),
           .offset = Bytes{0}});
    }
    return on_groups(call.layout.participants(), std::move(groups));
  };
  std::vector<PipelineStage> stages(1);
  stages[0].last = stage(pieces.offset(pieces.count() - 1), pieces.last());
  if (pieces.count() > 1) stages[0].full = stage(Bytes{0}, pieces.first());
  return pipelined(pieces, std::move(stages));
}

// The switch takes the next piece while it hands on this one. Up, the last piece may wait for the
// switch to hand on the sums of the piece before.
std::optional<Duration> nvls_time(NvlsPhase phase, const CollectiveCall& call,
                                  AlphaBetaCost inner) {
  refuse_several_servers(call);
  const Pieces pieces = shard_pieces(call);
  if (call.layout.ranks() == 1) return Duration{0};
  Bytes full{0};
  Bytes last{0};
  for (const Range& share : first_of_shards(Bytes{0}, pieces.first(), call)) full += share.length;
  const Bytes before = pieces.offset(pieces.count() - 1);
  for (const Range& share : first_of_shards(before, pieces.last(), call)) last += share.length;
  const Duration all_but_last = (pieces.count() - 1) * inner.wire(full);
  if (phase == NvlsPhase::kAllGather) {
    return inner.message(pieces.first()) + all_but_last + inner.message(last);
  }
  const Bytes sums_before = pieces.count() > 1 ? pieces.first() : Bytes{0};
  return all_but_last + std::max(inner.message(last), inner.message(sums_before)) +
         inner.message(pieces.last());
}

}  // namespace commsim
