#include "collectives/msccl/thread_blocks.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/index.hpp"

namespace commsim::msccl {
namespace {

const StepType& type_named(std::string_view name) {
  const auto types = step_types();
  return *std::find_if(types.begin(), types.end(),
                       [&](const StepType& type) { return type.name == name; });
}

// A step of a thread block, or the end of a step of a lane, wherever that will be.
struct Dependency {
  int block = -1;
  int step = -1;
  int lane = -1;  // of which `step` then is a step
};

bool overlap(const ChunkRun& a, const ChunkRun& b) {
  return a.place.buffer == b.place.buffer && a.place.chunk < b.place.chunk + b.count &&
         b.place.chunk < a.place.chunk + a.count;
}

bool overlap(const std::vector<ChunkRun>& a, const std::vector<ChunkRun>& b) {
  return std::any_of(a.begin(), a.end(), [&](const ChunkRun& run) {
    return std::any_of(b.begin(), b.end(),
                       [&](const ChunkRun& other) { return overlap(run, other); });
  });
}

class Builder {
 public:
  Builder(ExportedProgram& program, Rank rank) : program_(program), rank_(rank) {}

  std::vector<ThreadBlock> build() {
    for (int lane = 0; lane < program_.lanes(); ++lane) build_lane(lane);
    for (const auto& [block, step, awaited] : later_) {
      const Dependency end = ends_[index(awaited.lane)][index(awaited.step)];
      auto& waiting = blocks_[index(block)].steps[index(step)];
      waiting.wait_block = end.block;
      waiting.wait_step = end.step;
    }
    for (const ThreadBlock& block : blocks_) {
      for (const ScheduleStep& step : block.steps) {
        if (step.wait_block < 0) continue;
        blocks_[index(step.wait_block)].steps[index(step.wait_step)].waited_for = true;
      }
    }
    return std::move(blocks_);
  }

 private:
  struct Later {
    int block;
    int step;
    Dependency awaited;
  };
  // Of the present step: one block for each transfer, and all of them, each once; never none.
  struct UsedBlocks {
    std::vector<int> senders;
    std::vector<int> receivers;
    std::vector<int> all;
  };
  // What a transfer of the present step has become.
  struct Emitted {
    const ExportedTransfer* transfer;
    int block;
    Dependency last;
  };

  void build_lane(int lane) {
    first_of_lane_ = blocks_.size();
    hub_.reset();
    auto& ends = ends_.emplace_back();
    auto& steps = program_.steps(rank_, lane);
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const bool last = s + 1 == steps.size() && !steps[s].awaited;
      std::vector<Dependency> entry;
      if (s > 0) entry.push_back(ends.back());
      for (const Wait& wait : steps[s].waits) entry.push_back({-1, wait.step, wait.lane});
      ends.push_back(build_step(steps[s], std::move(entry), last));
    }
  }

  // Returns the end of the step, if anything can wait for it.
  Dependency build_step(const ExportedStep& step, std::vector<Dependency> entry, bool last) {
    const UsedBlocks used = blocks_of(step);
    const bool several = used.all.size() > 1;
    if (several && entry.size() > 1) entry = {join(entry)};
    const bool moves = emit_transfers(step, used, entry);
    int block = used.all.front();
    if (several) {
      if (last && step.copies.empty()) return {};
      join(latest_of(used.all));
      block = hub();
    } else if (!moves && step.copies.empty()) {
      return join(entry);
    }
    if (moves) entry.clear();
    for (const ExportedCopy& copy : step.copies) {
      add(block,
          {.type = &type_named(copy.reduces ? "re" : "cpy"),
           .from = copy.from.place,
           .to = copy.to,
           .count = copy.from.count},
          std::exchange(entry, {}));
    }
    return latest(block);
  }

  UsedBlocks blocks_of(const ExportedStep& step) {
    UsedBlocks used;
    const auto use = [&](int block) {
      auto& all = used.all;
      if (std::find(all.begin(), all.end(), block) == all.end()) all.push_back(block);
      return block;
    };
    used.senders.reserve(step.sends.size());
    for (const auto& sent : step.sends) {
      used.senders.push_back(use(block_of(sent.connection, true)));
    }
    used.receivers.reserve(step.receives.size());
    for (const auto& got : step.receives) {
      used.receivers.push_back(use(block_of(got.connection, false)));
    }
    if (used.all.empty()) used.all.push_back(hub());
    return used;
  }

  // Returns whether there was any.
  bool emit_transfers(const ExportedStep& step, const UsedBlocks& used,
                      const std::vector<Dependency>& entry) {
    entered_.assign(blocks_.size(), false);
    std::vector<Emitted> emitted;
    for (std::size_t i = 0; i < used.senders.size(); ++i) {
      emit(step.sends[i], used.senders[i], "s", entry, {}, emitted);
    }
    for (std::size_t i = 0; i < used.receivers.size(); ++i) {
      const ExportedTransfer& receive = step.receives[i];
      const int block = used.receivers[i];
      emit(receive, block, receive.reduces ? "rrc" : "r", entry, conflicts(emitted, receive, block),
           emitted);
    }
    return !emitted.empty();
  }

  // What other blocks do in this step with the chunks that a receive changes.
  static std::vector<Dependency> conflicts(const std::vector<Emitted>& emitted,
                                           const ExportedTransfer& receive, int block) {
    std::vector<Dependency> found;
    for (const Emitted& before : emitted) {
      const bool apart = before.block != block;
      if (apart && overlap(before.transfer->runs, receive.runs)) found.push_back(before.last);
    }
    return found;
  }

  void emit(const ExportedTransfer& transfer, int block, std::string_view type,
            const std::vector<Dependency>& entry, std::vector<Dependency> waits,
            std::vector<Emitted>& emitted) {
    if (!entered_[index(block)]) waits.insert(waits.end(), entry.begin(), entry.end());
    entered_[index(block)] = true;
    for (const ChunkRun& run : transfer.runs) {
      add(block,
          {.type = &type_named(type), .from = run.place, .to = run.place, .count = run.count},
          waits);
      waits.clear();
    }
    emitted.push_back({&transfer, block, latest(block)});
  }

  // Waits for all of these: a copy of nothing, since nobody can wait for a nop.
  Dependency join(const std::vector<Dependency>& waits) {
    add(hub(), {.type = &type_named("cpy")}, waits);
    return latest(hub());
  }

  // A step has one dependency; nops before it have the others. What this block itself has done
  // before needs none.
  void add(int block, ScheduleStep step, std::vector<Dependency> waits) {
    std::erase_if(waits, [&](const Dependency& wait) { return wait.block == block; });
    auto& steps = blocks_[index(block)].steps;
    for (std::size_t i = 0; i < waits.size(); ++i) {
      steps.push_back(i + 1 < waits.size() ? ScheduleStep{.type = &type_named("nop")} : step);
      const int at = static_cast<int>(steps.size()) - 1;
      if (waits[i].lane >= 0) {
        later_.push_back({block, at, waits[i]});
      } else {
        steps.back().wait_block = waits[i].block;
        steps.back().wait_step = waits[i].step;
      }
    }
    if (waits.empty()) steps.push_back(step);
  }

  [[nodiscard]] Dependency latest(int block) const {
    return {.block = block, .step = static_cast<int>(blocks_[index(block)].steps.size()) - 1};
  }

  [[nodiscard]] std::vector<Dependency> latest_of(const std::vector<int>& blocks) const {
    std::vector<Dependency> ends;
    ends.reserve(blocks.size());
    for (const int block : blocks) ends.push_back(latest(block));
    return ends;
  }

  int hub() {
    if (!hub_) {
      hub_ = static_cast<int>(blocks_.size());
      blocks_.emplace_back();
      connections_.emplace_back(-1, -1);
      entered_.resize(blocks_.size());
    }
    return *hub_;
  }

  // The block of this lane that has the connection, or a new one, or one that has none in this
  // direction and the same channel.
  int block_of(int connection, bool sends) {
    const ExportedConnection& wanted = program_.connections()[index(connection)];
    std::optional<std::size_t> free;
    for (std::size_t b = first_of_lane_; b < blocks_.size(); ++b) {
      const int mine = sends ? connections_[b].first : connections_[b].second;
      const int other = sends ? connections_[b].second : connections_[b].first;
      if (mine == connection) return static_cast<int>(b);
      const bool fits = mine < 0 && other >= 0 && blocks_[b].channel == wanted.channel;
      if (fits && !free) free = b;
    }
    if (!free) {
      free = blocks_.size();
      blocks_.emplace_back().channel = wanted.channel;
      connections_.emplace_back(-1, -1);
      entered_.resize(blocks_.size());
    }
    (sends ? connections_[*free].first : connections_[*free].second) = connection;
    (sends ? blocks_[*free].send : blocks_[*free].receive) = sends ? wanted.to : wanted.from;
    return static_cast<int>(*free);
  }

  ExportedProgram& program_;
  Rank rank_;
  std::vector<ThreadBlock> blocks_;
  std::vector<std::pair<int, int>> connections_;  // of each block: it sends on, it receives on
  std::size_t first_of_lane_ = 0;
  std::optional<int> hub_;                     // of the lane
  std::vector<bool> entered_;                  // blocks that have something in the present step
  std::vector<std::vector<Dependency>> ends_;  // by lane and step
  std::vector<Later> later_;                   // dependencies on lanes that come later
};

}  // namespace

std::vector<ThreadBlock> thread_blocks(ExportedProgram& program, Rank rank) {
  return Builder(program, rank).build();
}

}  // namespace commsim::msccl
