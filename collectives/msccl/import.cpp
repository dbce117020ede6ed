#include "collectives/msccl/import.hpp"

#include <fmt/format.h>

#include <regex>

#include "collectives/call_options.hpp"
#include "collectives/msccl/link.hpp"
#include "collectives/msccl/schedule_program.hpp"
#include "collectives/proof/checker.hpp"
#include "core/error.hpp"

namespace commsim::msccl {
namespace {

bool is_small(const Schedule& schedule, const ChunkMap& chunks) {
  auto bytes = static_cast<std::int64_t>(schedule.moves);
  for (Rank gpu = 0; gpu < schedule.ranks(); ++gpu) bytes += chunks.cells(gpu);
  return bytes * schedule.ranks() <= kMostProof;
}

// With a byte for each chunk the checker's bytes are our chunks. The replay has proven one order of
// messages, so only the result can be wrong in another.
void refuse_race(const Schedule& schedule, const Movements& movements, const std::string& fault) {
  static const std::regex place("rank ([0-9]+) ends .* at byte ([0-9]+) of its output");
  std::smatch match;
  if (!std::regex_search(fault, match, place)) schedule.file.fail(fault);
  const auto gpu = std::stoul(match[1]);
  const auto chunk = std::stoul(match[2]);
  std::string text = std::regex_replace(fault, std::regex("rank"), "gpu");
  text = std::regex_replace(text, std::regex("byte"), "chunk");
  const ScheduleStep* writer = movements.writers.at(gpu).at(chunk);
  schedule.file.fail(
      writer == nullptr ? schedule.gpus.at(gpu).place : writer->place,
      "the result depends on the times of messages, a dependency is missing: " + text);
}

}  // namespace

std::unique_ptr<Program> import(const CollectiveCall& call) {
  if (!call.schedule) {
    throw RequestError("msccl needs `schedule`, the name of an MSCCL XML file");
  }
  if (collective(call.kind).rooted) std::ignore = root_of(call);
  Schedule schedule = read_schedule(*call.schedule);
  refuse_another(schedule, call);
  const ChunkMap chunks(schedule, call);
  link(schedule, chunks);
  const Movements movements = replay(schedule, chunks, call);
  if (is_small(schedule, chunks)) {
    CollectiveCall small = flat_call(call.kind, Bytes{chunks.chunks()}, Bytes{1}, schedule.ranks());
    small.root = call.root;
    const ScheduleProgram program(schedule, ChunkMap(schedule, small), movements, small);
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      if (const auto fault = find_fault(program, small, seed)) {
        refuse_race(schedule, movements, *fault);
      }
    }
  }
  return std::make_unique<ScheduleProgram>(std::move(schedule), chunks, movements, call);
}

}  // namespace commsim::msccl
