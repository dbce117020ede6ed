#include "collectives/msccl/schedule_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "collectives/call_options.hpp"
#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim::msccl {
namespace {

// A sum that is sent on and kept nowhere.
bool is_held(const StepType& type) { return type.receives && type.sends && !type.writes; }

// The ranges of the chunks of one message, joined where they touch.
class Ranges {
 public:
  void add(const Range& next) {
    if (!all_.empty() && all_.back().buffer == next.buffer &&
        all_.back().offset + all_.back().length == next.offset) {
      all_.back().length += next.length;
    } else {
      all_.push_back(next);
    }
  }
  /// Adds nothing at all if there are no chunks: an empty message still travels.
  void send(Rank peer, int lane, Step& out) const {
    out.send(peer, all_.empty() ? Range{} : all_.front(), lane);
    for (std::size_t i = 1; i < all_.size(); ++i) out.send_more(all_[i]);
  }
  void receive(Rank peer, int lane, Combine how, Step& out) const {
    out.receive(peer, all_.empty() ? Range{} : all_.front(), how, lane);
    for (std::size_t i = 1; i < all_.size(); ++i) out.receive_more(all_[i]);
  }

 private:
  std::vector<Range> all_;
};

}  // namespace

ScheduleProgram::ScheduleProgram(Schedule schedule, ChunkMap chunks, const Movements& movements,
                                 const CollectiveCall& call)
    : schedule_(std::move(schedule)),
      chunks_(std::move(chunks)),
      moved_(movements.chunks),
      pieces_(pieces_of(chunks_.longest(), call, std::max(chunks_.longest(), call.element))) {
  std::size_t most = 0;
  for (const GpuSchedule& gpu : schedule_.gpus) {
    most = std::max(most, gpu.blocks.size());
    auto& lanes = blocks_.emplace_back();
    std::int64_t& held = held_.emplace_back(0);
    for (const ThreadBlock& block : gpu.blocks) {
      LaneOfBlock& lane = lanes.emplace_back();
      lane.held = held;
      int longest = 0;
      for (std::size_t s = 0; s < block.steps.size(); ++s) {
        const ScheduleStep& step = block.steps[s];
        lane.parts.push_back({static_cast<int>(s), false});
        if (step.type->receives && step.type->sends)
          lane.parts.push_back({static_cast<int>(s), true});
        lane.last.push_back(static_cast<int>(lane.parts.size()) - 1);
        if (is_held(*step.type)) longest = std::max(longest, step.count);
      }
      held += longest;
      if (static_cast<std::int64_t>(lane.parts.size()) * pieces_.count() >
          std::numeric_limits<int>::max()) {
        throw RequestError(
            fmt::format("{} pieces of {} steps each are more than {}; use a larger chunk",
                        pieces_.count(), lane.parts.size(), std::numeric_limits<int>::max()));
      }
    }
  }
  lanes_ = static_cast<int>(most) + (chunks_.copies_input() ? 1 : 0);
  lanes_ = std::max(lanes_, 1);
}

int ScheduleProgram::steps(Rank participant, int lane) const {
  if (fills_input(lane)) return 1;
  const auto& blocks = blocks_[index(participant)];
  if (index(lane) >= blocks.size()) return 0;
  return static_cast<int>(blocks[index(lane)].parts.size()) * pieces_.count();
}

Bytes ScheduleProgram::scratch(Rank participant) const {
  return chunks_.scratch(participant) + chunks_.longest() * held_[index(participant)];
}

void ScheduleProgram::step(Rank participant, int lane, int step, Step& out) const {
  if (fills_input(lane)) return fill_input(participant, out);
  const ThreadBlock& block = schedule_.gpus[index(participant)].blocks[index(lane)];
  const auto& lanes = blocks_[index(participant)];
  const auto& parts = lanes[index(lane)].parts;
  const int per_piece = static_cast<int>(parts.size());
  const int piece = step / per_piece;
  const Part part = parts[index(step % per_piece)];
  const ScheduleStep& of_block = block.steps[index(part.step)];
  if (part.second) return send(participant, block, of_block, lane, piece, out);
  if (step == 0 && chunks_.copies_input()) out.wait_for({.lane = lanes_ - 1, .step = 0});
  if (of_block.wait_block >= 0) {
    const LaneOfBlock& awaited = lanes[index(of_block.wait_block)];
    out.wait_for({.lane = of_block.wait_block,
                  .step = piece * static_cast<int>(awaited.parts.size()) +
                          awaited.last[index(of_block.wait_step)]});
  }
  first_half(participant, block, of_block, lane, piece, out);
}

void ScheduleProgram::first_half(Rank gpu, const ThreadBlock& block, const ScheduleStep& step,
                                 int lane, int piece, Step& out) const {
  const StepType& type = *step.type;
  if (type.sends && !type.receives) return send(gpu, block, step, lane, piece, out);
  if (!type.receives) {
    const bool in_place = type.writes && chunks_.cell(gpu, step.from) == chunks_.cell(gpu, step.to);
    if (!type.writes || in_place) return;
    for (int c = 0; c < step.count; ++c) {
      out.copy(range(gpu, step, step.from, c, piece), range(gpu, step, step.to, c, piece),
               type.reduces ? Combine::kReduce : Combine::kCopy);
    }
    return;
  }
  // A sum whose two parts lie apart arrives at its destination and the source is added there.
  const bool sums_in_place =
      type.writes && type.reduces && chunks_.cell(gpu, step.from) == chunks_.cell(gpu, step.to);
  const auto target = [&](int c) {
    return type.writes ? range(gpu, step, step.to, c, piece) : held(gpu, step, lane, c, piece);
  };
  Ranges targets;
  for (int c = 0; c < step.count; ++c) targets.add(target(c));
  targets.receive(block.receive, block.receive_lane,
                  sums_in_place ? Combine::kReduce : Combine::kCopy, out);
  if (!type.reduces || sums_in_place) return;
  for (int c = 0; c < step.count; ++c) {
    out.copy(range(gpu, step, step.from, c, piece), target(c), Combine::kReduce);
  }
}

void ScheduleProgram::send(Rank gpu, const ThreadBlock& block, const ScheduleStep& step, int lane,
                           int piece, Step& out) const {
  Ranges ranges;
  for (int c = 0; c < step.count; ++c) {
    ranges.add(is_held(*step.type) ? held(gpu, step, lane, c, piece)
               : step.type->writes ? range(gpu, step, step.to, c, piece)
                                   : range(gpu, step, step.from, c, piece));
  }
  ranges.send(block.send, block.send_lane, out);
}

void ScheduleProgram::fill_input(Rank participant, Step& out) const {
  for (std::int64_t c = 0; c < chunks_.chunks(); ++c) {
    const std::int64_t cell = chunks_.chunks() + c;
    if (chunks_.at_start(participant, cell) < 0) continue;
    Range from = chunks_.place(participant, c);
    Range to = chunks_.place(participant, cell);
    from.length = to.length = chunks_.length(c);
    out.copy(from, to);
  }
}

Range ScheduleProgram::range(Rank gpu, const ScheduleStep& step, ChunkPlace place, int c,
                             int piece) const {
  place.chunk += c;
  return cut(chunks_.place(gpu, chunks_.cell(gpu, place)),
             chunks_.length(moved_[step.moves + index(c)]), piece);
}

Range ScheduleProgram::held(Rank gpu, const ScheduleStep& step, int lane, int c, int piece) const {
  const std::int64_t slot = blocks_[index(gpu)][index(lane)].held + c;
  return cut(
      {.buffer = Buffer::kScratch, .offset = chunks_.scratch(gpu) + chunks_.longest() * slot},
      chunks_.length(moved_[step.moves + index(c)]), piece);
}

Range ScheduleProgram::cut(Range whole, Bytes length, int piece) const {
  const Bytes begin = std::min(pieces_.offset(piece), length);
  whole.offset += begin;
  whole.length = std::min(pieces_.first(), length - begin);
  return whole;
}

}  // namespace commsim::msccl
