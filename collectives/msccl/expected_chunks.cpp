#include "collectives/msccl/expected_chunks.hpp"

#include <fmt/format.h>

#include "core/index.hpp"
#include "core/random.hpp"

namespace commsim::msccl {
ExpectedChunks::ExpectedChunks(const ChunkMap& chunks, const CollectiveCall& call)
    : kind_(call.kind), root_(call.root), ranks_(call.layout.ranks()), chunks_(chunks.chunks()) {
  if (!collective(kind_).reduces) return;
  for (std::int64_t c = 0; c < chunks_; ++c) {
    std::uint64_t& sum = of_all_.emplace_back(0);
    for (Rank r = 0; r < ranks_; ++r) sum += of_rank(r, c).sum;
  }
}

ChunkSum ExpectedChunks::of_rank(Rank rank, std::int64_t chunk) const {
  return {.chunk = chunk, .sum = mix(static_cast<std::uint64_t>(rank * chunks_ + chunk))};
}

std::optional<std::string> ExpectedChunks::fault(Rank gpu, std::int64_t chunk,
                                                 const ChunkSum& found) const {
  const std::int64_t per_shard = has_shards(kind_) ? chunks_ / ranks_ : chunks_;
  const auto owner = static_cast<Rank>(chunk / per_shard);
  const bool is_root = gpu == root_;
  const auto sum_of_all = [&] { return ChunkSum{.chunk = chunk, .sum = of_all_[index(chunk)]}; };
  std::optional<ChunkSum> wanted;
  switch (kind_) {
    case CollectiveKind::kAllReduce:
      wanted = sum_of_all();
      break;
    case CollectiveKind::kReduce:
      if (is_root) wanted = sum_of_all();
      break;
    case CollectiveKind::kReduceScatter:
      if (owner == gpu) wanted = sum_of_all();
      break;
    case CollectiveKind::kAllGather:
      wanted = of_rank(owner, chunk);
      break;
    case CollectiveKind::kGather:
      if (is_root) wanted = of_rank(owner, chunk);
      break;
    case CollectiveKind::kBroadcast:
      wanted = of_rank(root_, chunk);
      break;
    case CollectiveKind::kScatter:
      if (owner == gpu) wanted = of_rank(root_, chunk);
      break;
    default:  // all_to_all
      wanted = of_rank(owner, gpu * per_shard + chunk % per_shard);
  }
  if (!wanted || *wanted == found) return std::nullopt;
  return fmt::format("{} in chunk {} of its output, not {}", describe(found), chunk,
                     describe(*wanted));
}

std::string ExpectedChunks::describe(const ChunkSum& value) const {
  if (value.chunk < 0) return "undefined data";
  if (!of_all_.empty() && value.sum == of_all_[index(value.chunk)]) {
    return fmt::format("chunk {} of all gpus summed", value.chunk);
  }
  for (Rank r = 0; r < ranks_; ++r) {
    if (of_rank(r, value.chunk) == value) return fmt::format("chunk {} of gpu {}", value.chunk, r);
  }
  for (Rank r = 0; r < ranks_ && !of_all_.empty(); ++r) {
    const std::uint64_t own = of_rank(r, value.chunk).sum;
    const std::uint64_t all = of_all_[index(value.chunk)];
    if (value.sum == all - own) {
      return fmt::format("chunk {} of all gpus but {} summed", value.chunk, r);
    }
    if (value.sum == all + own) {
      return fmt::format("chunk {} of all gpus summed, of gpu {} twice", value.chunk, r);
    }
  }
  return fmt::format("another sum of chunk {}", value.chunk);
}

}  // namespace commsim::msccl
