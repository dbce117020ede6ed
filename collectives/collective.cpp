#include "collectives/collective.hpp"

#include <algorithm>

namespace commsim {
namespace {

double factor_one(std::int64_t /*ranks*/) { return 1.0; }
double factor_shard(std::int64_t p) { return static_cast<double>(p - 1) / static_cast<double>(p); }
double factor_all_reduce(std::int64_t p) { return 2.0 * factor_shard(p); }

// The most bytes that any `inside` shards can hold together (see Partition): what must cross is
// never overstated.
Bytes largest_shards(Bytes size, const Cut& cut) {
  const std::int64_t elements = size / cut.element;
  return cut.element *
         (elements / cut.ranks * cut.inside + std::min(cut.inside, elements % cut.ranks));
}

bool nontrivial(const Cut& cut) { return cut.inside > 0 && cut.inside < cut.ranks; }

// Every rank's result depends on every rank's data, and partial results are as large as the whole.
Bytes whole_both_ways(Bytes size, const Cut& cut) { return nontrivial(cut) ? size : Bytes{0}; }
// Bytes that are held outside (inside) are needed inside (outside).
Bytes outside_shards(Bytes size, const Cut& cut) {
  return nontrivial(cut) ? size - largest_shards(size, cut) : Bytes{0};
}
Bytes inside_shards(Bytes size, const Cut& cut) {
  return outside_shards(
      size, {.inside = cut.ranks - cut.inside, .ranks = cut.ranks, .element = cut.element});
}
Bytes enter_from_root(Bytes size, const Cut& cut) {
  return nontrivial(cut) && !cut.holds_root ? size : Bytes{0};
}
Bytes leave_with_root(Bytes size, const Cut& cut) {
  return nontrivial(cut) && cut.holds_root ? size : Bytes{0};
}
Bytes enter_with_root(Bytes size, const Cut& cut) { return leave_with_root(size, cut); }
Bytes leave_to_root(Bytes size, const Cut& cut) { return enter_from_root(size, cut); }
Bytes shards_to_root(Bytes size, const Cut& cut) {
  return cut.holds_root ? outside_shards(size, cut) : Bytes{0};
}
Bytes shards_leave_to_root(Bytes size, const Cut& cut) {
  return cut.holds_root ? Bytes{0} : inside_shards(size, cut);
}
// Every rank outside sends to every rank inside; and the other way round.
Bytes blocks_in(Bytes size, const Cut& cut) {
  return inside_shards(size, cut) * (cut.ranks - cut.inside);
}
Bytes blocks_out(Bytes size, const Cut& cut) { return outside_shards(size, cut) * cut.inside; }
Bytes nothing(Bytes /*size*/, const Cut& /*cut*/) { return Bytes{0}; }

// To combine parts' data once takes parts - 1 messages of each byte; to spread it, as many again
// (Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms", JPDC 2009).
Bytes cross_once(Bytes size, std::int64_t parts) { return size * (parts - 1); }
Bytes cross_twice(Bytes size, std::int64_t parts) { return 2 * (size * (parts - 1)); }
Bytes cross_nothing(Bytes /*size*/, std::int64_t /*parts*/) { return Bytes{0}; }

const Registration<Collective> kAllReduce{{
    .name = "all_reduce",
    .summary = "every rank ends with the sum over all ranks",
    .kind = CollectiveKind::kAllReduce,
    .bus_factor = factor_all_reduce,
    .must_enter = whole_both_ways,
    .must_leave = whole_both_ways,
    .must_cross = cross_twice,
    .reduces = true,
}};
const Registration<Collective> kAllGather{{
    .name = "all_gather",
    .summary = "every rank ends with the shards of all ranks; size is the total",
    .kind = CollectiveKind::kAllGather,
    .bus_factor = factor_shard,
    .must_enter = outside_shards,
    .must_leave = inside_shards,
    .must_cross = cross_once,
}};
const Registration<Collective> kReduceScatter{{
    .name = "reduce_scatter",
    .summary = "every rank ends with its shard of the sum; size is the total",
    .kind = CollectiveKind::kReduceScatter,
    .bus_factor = factor_shard,
    .must_enter = inside_shards,
    .must_leave = outside_shards,
    .must_cross = cross_once,
    .reduces = true,
}};
const Registration<Collective> kBroadcast{{
    .name = "broadcast",
    .summary = "every rank ends with the root's data",
    .kind = CollectiveKind::kBroadcast,
    .bus_factor = factor_one,
    .must_enter = enter_from_root,
    .must_leave = leave_with_root,
    .must_cross = cross_once,
    .rooted = true,
}};
const Registration<Collective> kReduce{{
    .name = "reduce",
    .summary = "the root ends with the sum over all ranks",
    .kind = CollectiveKind::kReduce,
    .bus_factor = factor_one,
    .must_enter = enter_with_root,
    .must_leave = leave_to_root,
    .must_cross = cross_once,
    .rooted = true,
    .reduces = true,
}};
const Registration<Collective> kAllToAll{{
    .name = "all_to_all",
    .summary = "every rank sends a block of its own to every rank; size is all that a rank sends",
    .kind = CollectiveKind::kAllToAll,
    .bus_factor = factor_shard,
    .must_enter = blocks_in,
    .must_leave = blocks_out,
    .must_cross = cross_nothing,
}};
const Registration<Collective> kGather{{
    .name = "gather",
    .summary = "the root ends with the shards of all ranks; size is the total",
    .kind = CollectiveKind::kGather,
    .bus_factor = factor_shard,
    .must_enter = shards_to_root,
    .must_leave = shards_leave_to_root,
    .must_cross = cross_nothing,
    .rooted = true,
}};
const Registration<Collective> kScatter{{
    .name = "scatter",
    .summary = "every rank ends with its shard of the root's data; size is the total",
    .kind = CollectiveKind::kScatter,
    .bus_factor = factor_shard,
    .must_enter = shards_leave_to_root,
    .must_leave = shards_to_root,
    .must_cross = cross_nothing,
    .rooted = true,
}};
const Registration<Collective> kBarrier{{
    .name = "barrier",
    .summary = "no rank goes on before all have come; there is no size",
    .kind = CollectiveKind::kBarrier,
    .bus_factor = factor_one,
    .must_enter = nothing,
    .must_leave = nothing,
    .must_cross = cross_nothing,
}};
const Registration<Collective> kSendRecv{{
    .name = "send_recv",
    .summary = "point-to-point messages after a pattern; size is that of each message",
    .kind = CollectiveKind::kSendRecv,
    .bus_factor = factor_one,
    .must_enter = nothing,
    .must_leave = nothing,
    .must_cross = cross_nothing,
}};

}  // namespace

const Collective& collective(CollectiveKind kind) {
  for (const Collective* entry : Registry<Collective>::entries()) {
    if (entry->kind == kind) return *entry;
  }
  invariant_failed("every collective is registered", __FILE__, __LINE__);
}

}  // namespace commsim
