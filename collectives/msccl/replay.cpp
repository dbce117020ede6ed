#include "collectives/msccl/replay.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <deque>

#include "collectives/msccl/expected_chunks.hpp"
#include "core/index.hpp"

namespace commsim::msccl {
namespace {

struct Cell {
  ChunkSum value;
  const ScheduleStep* writer = nullptr;
};

struct Message {
  std::vector<ChunkSum> chunks;
  const ScheduleStep* sender;
};

struct Lane {
  Rank gpu = 0;
  int id = 0;
  const ThreadBlock* block = nullptr;
  std::size_t at = 0;             // the step that it is in
  std::deque<Message> arrived;    // of the connection that it receives on
  std::vector<std::size_t> wake;  // lanes of this GPU that wait for this one

  [[nodiscard]] bool done() const { return at == block->steps.size(); }
  [[nodiscard]] const ScheduleStep& step() const { return block->steps[at]; }
  [[nodiscard]] std::string name() const { return step_name(gpu, id, at); }
};

class Replay {
 public:
  Replay(const Schedule& schedule, const ChunkMap& chunks, const CollectiveCall& call)
      : schedule_(schedule), chunks_(chunks), expected_(chunks, call) {
    movements_.chunks.resize(schedule.moves);
    for (Rank gpu = 0; gpu < schedule.ranks(); ++gpu) {
      first_lane_.push_back(lanes_.size());
      const auto& blocks = schedule.gpus[index(gpu)].blocks;
      for (std::size_t id = 0; id < blocks.size(); ++id) {
        lanes_.push_back({.gpu = gpu, .id = static_cast<int>(id), .block = &blocks[id]});
      }
      auto& cells = cells_.emplace_back(index(chunks.cells(gpu)));
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const auto chunk = chunks.at_start(gpu, static_cast<std::int64_t>(c));
        if (chunk >= 0) cells[c].value = expected_.of_rank(gpu, chunk);
      }
    }
  }

  Movements run() {
    for (std::size_t l = 0; l < lanes_.size(); ++l) ready_.push_back(l);
    while (!ready_.empty()) {
      const std::size_t lane = ready_.front();
      ready_.pop_front();
      advance(lane);
    }
    refuse_stuck();
    refuse_left_over();
    for (Rank gpu = 0; gpu < schedule_.ranks(); ++gpu) check_output(gpu);
    return std::move(movements_);
  }

 private:
  [[nodiscard]] std::size_t lane_of(Rank gpu, int id) const {
    return first_lane_[index(gpu)] + index(id);
  }

  void advance(std::size_t number) {
    Lane& lane = lanes_[number];
    while (!lane.done() && can_run(number)) {
      run_step(lane);
      ++lane.at;
      ready_.insert(ready_.end(), lane.wake.begin(), lane.wake.end());
      lane.wake.clear();
    }
  }

  bool can_run(std::size_t number) {
    const Lane& lane = lanes_[number];
    const ScheduleStep& step = lane.step();
    if (step.wait_block >= 0) {
      Lane& other = lanes_[lane_of(lane.gpu, step.wait_block)];
      if (other.at <= index(step.wait_step)) {
        if (&other != &lane) other.wake.push_back(number);
        return false;
      }
    }
    return !step.type->receives || !lane.arrived.empty();
  }

  void run_step(Lane& lane) {
    const ScheduleStep& step = lane.step();
    Message received{.chunks = {}, .sender = nullptr};
    if (step.type->receives) {
      received = std::move(lane.arrived.front());
      lane.arrived.pop_front();
      if (received.chunks.size() != index(step.count)) {
        fail(lane,
             fmt::format("receives {} chunks of the {} that gpu {} sends in {}", step.count,
                         received.chunks.size(), lane.block->receive, sender_name(lane, received)));
      }
    }
    Message sent{.chunks = {}, .sender = &step};
    for (int c = 0; c < step.count; ++c) {
      const ChunkSum value = moved(lane, received, c);
      movements_.chunks[step.moves + index(c)] = value.chunk;
      if (step.type->writes) write(lane, c, value);
      if (step.type->sends) sent.chunks.push_back(value);
    }
    if (!step.type->sends) return;
    const std::size_t peer = lane_of(lane.block->send, lane.block->send_lane);
    lanes_[peer].arrived.push_back(std::move(sent));
    ready_.push_back(peer);
  }

  // What chunk `c` of a step becomes.
  ChunkSum moved(const Lane& lane, const Message& received, int c) {
    const ScheduleStep& step = lane.step();
    if (!step.type->reads) {
      return step.type->receives ? received.chunks[index(c)] : ChunkSum{};
    }
    const ChunkSum source = read(lane, step.from, c);
    if (!step.type->reduces) return source;
    const ChunkSum added = step.type->receives ? received.chunks[index(c)] : read(lane, step.to, c);
    if (source.chunk != added.chunk) {
      fail(lane, fmt::format("adds chunk {} of the data to chunk {}", source.chunk, added.chunk));
    }
    return {.chunk = source.chunk, .sum = source.sum + added.sum};
  }

  ChunkSum read(const Lane& lane, ChunkPlace place, int c) {
    place.chunk += c;
    const ChunkSum value = cells_[index(lane.gpu)][index(chunks_.cell(lane.gpu, place))].value;
    if (value.chunk < 0) {
      fail(lane, fmt::format("reads chunk {} of buffer {}, where nothing is yet", place.chunk,
                             kBufferNames[index(static_cast<std::int64_t>(place.buffer))]));
    }
    return value;
  }

  void write(const Lane& lane, int c, const ChunkSum& value) {
    const ScheduleStep& step = lane.step();
    const std::int64_t cell = chunks_.cell(lane.gpu, step.to) + c;
    if (!chunks_.is_scratch(cell) && chunks_.length(value.chunk) > chunks_.room(lane.gpu, cell)) {
      fail(lane,
           fmt::format("chunk {} of the data does not fit there; use a size that {} chunks of "
                       "whole elements divide equally",
                       value.chunk, chunks_.chunks()));
    }
    cells_[index(lane.gpu)][index(cell)] = {.value = value, .writer = &step};
  }

  [[nodiscard]] std::string sender_name(const Lane& lane, const Message& message) const {
    const Lane& peer = lanes_[lane_of(lane.block->receive, lane.block->receive_lane)];
    return step_name(peer.gpu, peer.id, index(message.sender - peer.block->steps.data()));
  }

  void refuse_stuck() const {
    for (std::size_t l = 0; l < lanes_.size(); ++l) {
      if (!lanes_[l].done()) refuse_cycle(l);
    }
  }

  // Follows who waits for whom from a lane that is stuck until the end or a lane comes twice.
  [[noreturn]] void refuse_cycle(std::size_t lane) const {
    std::vector<bool> seen(lanes_.size());
    std::vector<std::string> chain;
    const Lane& first = lanes_[lane];
    for (bool ended = false; !ended && !seen[lane];) {
      seen[lane] = true;
      const Lane& at = lanes_[lane];
      const ScheduleStep& step = at.step();
      const bool waits_here = step.wait_block >= 0 &&
                              lanes_[lane_of(at.gpu, step.wait_block)].at <= index(step.wait_step);
      lane = waits_here ? lane_of(at.gpu, step.wait_block)
                        : lane_of(at.block->receive, at.block->receive_lane);
      chain.push_back(waits_here
                          ? fmt::format("{} waits for step {} of tb {}", at.name(), step.wait_step,
                                        step.wait_block)
                          : fmt::format("{} waits for a message from gpu {}, tb {}", at.name(),
                                        at.block->receive, at.block->receive_lane));
      ended = lanes_[lane].done();
      if (ended)
        chain.push_back(fmt::format("gpu {}, tb {} has ended", lanes_[lane].gpu, lanes_[lane].id));
    }
    constexpr std::size_t kShown = 8;
    const std::size_t more = chain.size() - std::min(chain.size(), kShown);
    chain.resize(chain.size() - more);
    if (more > 0) chain.push_back(fmt::format("and {} more", more));
    schedule_.file.fail(first.step().place, fmt::format("deadlock: {}", fmt::join(chain, "; ")));
  }

  void refuse_left_over() const {
    for (const Lane& lane : lanes_) {
      if (lane.arrived.empty()) continue;
      const Message& message = lane.arrived.front();
      schedule_.file.fail(message.sender->place,
                          fmt::format("{}: gpu {} never receives what this step sends",
                                      sender_name(lane, message), lane.gpu));
    }
  }

  void check_output(Rank gpu) {
    auto& writers = movements_.writers.emplace_back();
    for (std::int64_t c = 0; c < chunks_.chunks(); ++c) {
      const Cell& cell = cells_[index(gpu)][index(c)];
      writers.push_back(cell.writer);
      const auto fault = expected_.fault(gpu, c, cell.value);
      if (!fault) continue;
      schedule_.file.fail(
          cell.writer == nullptr ? schedule_.gpus[index(gpu)].place : cell.writer->place,
          fmt::format("gpu {} ends with {}{}", gpu, *fault,
                      cell.writer == nullptr ? "" : "; this step is the last to write it"));
    }
  }

  [[noreturn]] void fail(const Lane& lane, const std::string& what) const {
    schedule_.file.fail(lane.step().place, lane.name() + ": " + what);
  }

  const Schedule& schedule_;
  const ChunkMap& chunks_;
  ExpectedChunks expected_;
  std::vector<std::size_t> first_lane_;  // of each GPU
  std::vector<Lane> lanes_;
  std::vector<std::vector<Cell>> cells_;  // of each GPU
  std::deque<std::size_t> ready_;         // lanes that may have something to do
  Movements movements_;
};

}  // namespace

Movements replay(const Schedule& schedule, const ChunkMap& chunks, const CollectiveCall& call) {
  return Replay(schedule, chunks, call).run();
}

}  // namespace commsim::msccl
