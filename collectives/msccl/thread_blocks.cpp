#include "collectives/msccl/thread_blocks.hpp"

#include <algorithm>
#include <optional>

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
    std::vector<int> active;  // blocks, each once
    const auto use = [&](int block) {
      if (std::find(active.begin(), active.end(), block) == active.end()) active.push_back(block);
      return block;
    };
    std::vector<int> senders;
    std::vector<int> receivers;
    for (const auto& sent : step.sends) senders.push_back(use(block_of(sent.connection, true)));
    for (const auto& got : step.receives) receivers.push_back(use(block_of(got.connection, false)));
    if (active.empty()) active.push_back(hub());
    if (active.size() > 1 && entry.size() > 1) entry = {join(entry)};

    entered_.assign(blocks_.size(), false);
    std::vector<Emitted> emitted;
    for (std::size_t i = 0; i < senders.size(); ++i) {
      emit(step.sends[i], senders[i], "s", entry, {}, emitted);
    }
    for (std::size_t i = 0; i < receivers.size(); ++i) {
      std::vector<Dependency> readers;
      for (const Emitted& before : emitted) {
        const bool apart = before.block != receivers[i];
        if (apart && overlap(before.transfer->runs, step.receives[i].runs)) {
          readers.push_back(before.last);
        }
      }
      emit(step.receives[i], receivers[i], step.receives[i].reduces ? "rrc" : "r", entry, readers,
           emitted);
    }
    if (active.size() > 1) {
      if (last && step.copies.empty()) return {};
      std::vector<Dependency> all;
      for (const int block : active) all.push_back(latest(block));
      join(all);
      active = {hub()};
    } else if (emitted.empty() && step.copies.empty()) {
      return join(entry);
    }
    const int block = active.front();
    for (const ExportedCopy& copy : step.copies) {
      add(block,
          {.type = &type_named(copy.reduces ? "re" : "cpy"),
           .from = copy.from.place,
           .to = copy.to,
           .count = copy.from.count},
          emitted.empty() && &copy == step.copies.data() ? entry : std::vector<Dependency>{});
    }
    return latest(block);
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

  int hub() {
    if (!hub_) {
      hub_ = static_cast<int>(blocks_.size());
      blocks_.emplace_back();
      connections_.push_back({-1, -1});
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
      connections_.push_back({-1, -1});
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
