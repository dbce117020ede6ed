#include "collectives/msccl/chunk_map.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim::msccl {
namespace {

std::int64_t chunks_of(const Schedule& schedule, CollectiveKind kind) {
  return schedule.chunks_per_loop * (counts_one_shard(kind) ? schedule.ranks() : 1);
}

std::string without_underscores(std::string text) {
  std::erase(text, '_');
  return text;
}

}  // namespace

bool is_shard(CollectiveKind kind, ChunkBuffer buffer) {
  switch (kind) {
    case CollectiveKind::kAllGather:
    case CollectiveKind::kGather:
      return buffer == ChunkBuffer::kInput;
    case CollectiveKind::kReduceScatter:
    case CollectiveKind::kScatter:
      return buffer == ChunkBuffer::kOutput;
    default:
      return false;
  }
}

bool has_shards(CollectiveKind kind) {
  return is_shard(kind, ChunkBuffer::kInput) || is_shard(kind, ChunkBuffer::kOutput) ||
         kind == CollectiveKind::kAllToAll;
}

bool counts_one_shard(CollectiveKind kind) {
  return kind == CollectiveKind::kGather || kind == CollectiveKind::kScatter;
}

std::string_view msccl_name(CollectiveKind kind) {
  switch (kind) {
    case CollectiveKind::kAllReduce:
      return "allreduce";
    case CollectiveKind::kAllGather:
      return "allgather";
    case CollectiveKind::kReduceScatter:
      return "reducescatter";
    case CollectiveKind::kAllToAll:
      return "alltoall";
    case CollectiveKind::kBroadcast:
      return "broadcast";
    case CollectiveKind::kReduce:
      return "reduce";
    case CollectiveKind::kGather:
      return "gather";
    case CollectiveKind::kScatter:
      return "scatter";
    default:
      return {};
  }
}

void refuse_another(const Schedule& schedule, const CollectiveCall& call) {
  const TextFile& file = schedule.file;
  const std::string_view wanted = msccl_name(call.kind);
  ensure(!wanted.empty(), "only what MSCCL names is registered");
  if (schedule.collective != "custom" && without_underscores(schedule.collective) != wanted) {
    file.fail(schedule.collective_place,
              fmt::format("this is a schedule for '{}'; {} needs '{}' or 'custom'",
                          schedule.collective, collective(call.kind).name, wanted));
  }
  if (schedule.ranks() != call.layout.ranks()) {
    file.fail(schedule.gpus_place,
              fmt::format("this is a schedule for {} GPUs; the cluster has {} ranks",
                          schedule.ranks(), call.layout.ranks()));
  }
  const std::int64_t chunks = chunks_of(schedule, call.kind);
  if (has_shards(call.kind) && chunks % schedule.ranks() != 0) {
    file.fail(schedule.chunks_place,
              fmt::format("nchunksperloop is {}; {} among {} GPUs needs a multiple of {}",
                          schedule.chunks_per_loop, wanted, schedule.ranks(), schedule.ranks()));
  }
  const bool only_in_place = !schedule.out_of_place;
  if (call.kind == CollectiveKind::kAllToAll && only_in_place) {
    file.fail(schedule.in_place_place,
              "an alltoall in place is not supported; legal: inplace=\"0\"");
  }
  if (only_in_place && !schedule.in_place) {
    file.fail(schedule.in_place_place, "the schedule is neither for inplace nor for outofplace");
  }
  std::int64_t cells = 0;
  for (const GpuSchedule& gpu : schedule.gpus) cells += 2 * chunks + gpu.chunks[2];
  if (cells > kMostChunks) {
    file.fail(
        schedule.chunks_place,
        fmt::format("all GPUs together hold {} chunks; at most {} are legal", cells, kMostChunks));
  }
}

ChunkMap::ChunkMap(const Schedule& schedule, const CollectiveCall& call)
    : kind_(call.kind),
      root_(call.root),
      ranks_(schedule.ranks()),
      in_place_(schedule.in_place && call.kind != CollectiveKind::kAllToAll),
      chunks_(chunks_of(schedule, call.kind)),
      per_shard_(has_shards(call.kind) ? chunks_ / ranks_ : 0),
      size_(call.size),
      element_(call.element),
      parts_(call.size, per_shard_ > 0 ? ranks_ : chunks_, call.element),
      longest_(length(0)) {
  for (const GpuSchedule& gpu : schedule.gpus) declared_.push_back(gpu.chunks);
}

std::int64_t ChunkMap::capacity(Rank gpu, ChunkBuffer buffer) const {
  const std::int64_t declared = declared_[index(gpu)][index(static_cast<std::int64_t>(buffer))];
  if (buffer == ChunkBuffer::kScratch) return declared;
  return std::min(declared, is_shard(kind_, buffer) ? per_shard_ : chunks_);
}

std::int64_t ChunkMap::cell(Rank gpu, ChunkPlace place) const {
  if (place.buffer == ChunkBuffer::kScratch) return scratch_cell() + place.chunk;
  const std::int64_t first = is_shard(kind_, place.buffer) ? gpu * per_shard_ : 0;
  const bool input = place.buffer == ChunkBuffer::kInput && !in_place_;
  return first + place.chunk + (input ? chunks_ : 0);
}

std::int64_t ChunkMap::cells(Rank gpu) const { return scratch_cell() + declared_[index(gpu)][2]; }

bool ChunkMap::holds(Rank gpu, std::int64_t chunk) const {
  switch (kind_) {
    case CollectiveKind::kAllGather:
    case CollectiveKind::kGather:
      return chunk / per_shard_ == gpu;
    case CollectiveKind::kBroadcast:
    case CollectiveKind::kScatter:
      return gpu == root_;
    default:
      return true;
  }
}

std::int64_t ChunkMap::at_start(Rank gpu, std::int64_t cell) const {
  if (is_scratch(cell)) return -1;
  const std::int64_t chunk = in_place_ ? cell : cell - chunks_;
  return chunk >= 0 && holds(gpu, chunk) ? chunk : -1;
}

Bytes ChunkMap::room(Rank gpu, std::int64_t cell) const {
  if (cell >= chunks_) return length(cell - chunks_);
  if (kind_ != CollectiveKind::kAllToAll) return length(cell);
  return length(gpu * per_shard_ + cell % per_shard_);
}

Bytes ChunkMap::length(std::int64_t chunk) const {
  if (per_shard_ == 0) return parts_.length(chunk);
  return Partition(parts_.length(chunk / per_shard_), per_shard_, element_)
      .length(chunk % per_shard_);
}

Bytes ChunkMap::offset(std::int64_t chunk) const {
  if (per_shard_ == 0) return parts_.offset(chunk);
  const std::int64_t shard = chunk / per_shard_;
  return parts_.offset(shard) +
         Partition(parts_.length(shard), per_shard_, element_).offset(chunk % per_shard_);
}

Range ChunkMap::place(Rank gpu, std::int64_t cell) const {
  if (is_scratch(cell)) {
    const Bytes input = copies_input() ? size_ : Bytes{0};
    return {.buffer = Buffer::kScratch, .offset = input + longest_ * (cell - scratch_cell())};
  }
  if (cell >= chunks_) {
    return {.buffer = copies_input() ? Buffer::kScratch : Buffer::kInput,
            .offset = offset(cell - chunks_)};
  }
  if (kind_ != CollectiveKind::kAllToAll) return {.offset = offset(cell)};
  // Blocks by sender, all of the length that this receiver's have.
  const Bytes block = parts_.length(gpu);
  return {.offset = block * (cell / per_shard_) +
                    Partition(block, per_shard_, element_).offset(cell % per_shard_)};
}

Bytes ChunkMap::scratch(Rank gpu) const { return place(gpu, cells(gpu)).offset; }

}  // namespace commsim::msccl
