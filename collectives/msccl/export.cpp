#include "collectives/msccl/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <pugixml.hpp>
#include <sstream>

#include "collectives/msccl/chunk_map.hpp"
#include "collectives/msccl/thread_blocks.hpp"
#include "core/error.hpp"

namespace commsim::msccl {
namespace {

template <typename Value>
void put(pugi::xml_node node, const char* name, Value value) {
  node.append_attribute(name).set_value(value);
}

void put(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}

void put_place(pugi::xml_node node, const char* buffer, const char* offset, bool used,
               const ChunkPlace& place) {
  const auto name = static_cast<std::size_t>(place.buffer);
  put(node, buffer, kBufferNames.substr(used ? name : 0, 1));
  put(node, offset, used ? place.chunk : std::int64_t{-1});
}

void put_block(pugi::xml_node gpu, int id, const ThreadBlock& block) {
  pugi::xml_node node = gpu.append_child("tb");
  put(node, "id", id);
  put(node, "send", block.send);
  put(node, "recv", block.receive);
  put(node, "chan", block.channel);
  for (std::size_t s = 0; s < block.steps.size(); ++s) {
    const ScheduleStep& step = block.steps[s];
    pugi::xml_node out = node.append_child("step");
    put(out, "s", static_cast<unsigned>(s));
    put(out, "type", step.type->name);
    // A transfer names its place on both sides, as msccl-tools does.
    const bool used = step.type->name != "nop";
    put_place(out, "srcbuf", "srcoff", used, step.from);
    put_place(out, "dstbuf", "dstoff", used, step.to);
    put(out, "cnt", step.count);
    put(out, "depid", step.wait_block);
    put(out, "deps", step.wait_step);
    put(out, "hasdep", step.waited_for ? 1 : 0);
  }
}

struct Text : pugi::xml_writer {
  std::string all;
  void write(const void* data, std::size_t size) override {
    all.append(static_cast<const char*>(data), size);
  }
};

// How many chunks a size is cut into, or nothing if it cannot be exported.
std::optional<std::int64_t> chunks_of(const Algorithm& algorithm, const CollectiveCall& call) {
  try {
    const auto program = algorithm.make(call);
    return ExportedProgram(*program, call).chunks();
  } catch (const RequestError&) {
    return std::nullopt;
  }
}

}  // namespace

std::string to_msccl(const Program& program, const CollectiveCall& call, std::string_view name) {
  ExportedProgram exported(program, call);
  const Rank ranks = call.layout.ranks();
  const bool in_place = call.kind != CollectiveKind::kAllToAll;
  int channels = 1;
  for (const ExportedConnection& connection : exported.connections()) {
    channels = std::max(channels, connection.channel + 1);
  }
  pugi::xml_document document;
  pugi::xml_node algo = document.append_child("algo");
  put(algo, "name", name);
  put(algo, "proto", std::string_view("Simple"));
  put(algo, "nchannels", channels);
  const std::int64_t chunks = exported.chunks();
  put(algo, "nchunksperloop", counts_one_shard(call.kind) ? chunks / ranks : chunks);
  put(algo, "ngpus", ranks);
  put(algo, "coll", msccl_name(call.kind));
  put(algo, "inplace", in_place ? 1 : 0);
  put(algo, "outofplace", in_place ? 0 : 1);
  put(algo, "minBytes", 0);
  put(algo, "maxBytes", std::int64_t{INT64_MAX});
  for (Rank rank = 0; rank < ranks; ++rank) {
    pugi::xml_node gpu = algo.append_child("gpu");
    put(gpu, "id", rank);
    for (const auto buffer : {ChunkBuffer::kInput, ChunkBuffer::kOutput}) {
      const bool whole = !is_shard(call.kind, buffer);
      put(gpu, buffer == ChunkBuffer::kInput ? "i_chunks" : "o_chunks",
          whole ? chunks : chunks / ranks);
    }
    put(gpu, "s_chunks", exported.scratch_chunks(rank));
    const auto blocks = thread_blocks(exported, rank);
    for (std::size_t id = 0; id < blocks.size(); ++id) {
      put_block(gpu, static_cast<int>(id), blocks[id]);
    }
  }
  Text text;
  document.save(text, "  ", pugi::format_indent | pugi::format_no_declaration);
  return std::move(text.all);
}

std::string to_msccl(const Algorithm& algorithm, const CollectiveCall& call,
                     std::string_view name) {
  constexpr std::int64_t kFewPerRank = 16;
  constexpr std::array<std::int64_t, 12> kFactors = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
  const Rank ranks = call.layout.ranks();
  CollectiveCall best = call;
  auto fewest = chunks_of(algorithm, call);
  for (const std::int64_t factor : kFactors) {
    if (fewest && *fewest <= kFewPerRank * ranks) break;
    const Bytes unit = call.element * (ranks * factor);
    CollectiveCall other = call;
    other.size = std::max<std::int64_t>(call.size / unit, 1) * unit;
    const auto chunks = chunks_of(algorithm, other);
    if (!chunks || (fewest && *chunks >= *fewest)) continue;
    fewest = chunks;
    best = other;
  }
  const auto program = algorithm.make(best);
  return to_msccl(*program, best, name);
}

}  // namespace commsim::msccl
