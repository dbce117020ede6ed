// A program unrolled for export: all steps, in chunks, with its messages matched.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "collectives/msccl/schedule.hpp"

namespace commsim::msccl {

/// A run of chunks.
struct ChunkRun {
  ChunkPlace place;
  int count = 0;
};

/// One end of a message, in the runs that both ends have in common; never empty.
struct ExportedTransfer {
  int connection = 0;
  std::vector<ChunkRun> runs;
  bool reduces = false;
};

struct ExportedCopy {
  ChunkRun from;
  ChunkPlace to;
  bool reduces = false;
};

struct ExportedStep {
  std::vector<ExportedTransfer> sends;
  std::vector<ExportedTransfer> receives;
  std::vector<ExportedCopy> copies;
  std::vector<Wait> waits;  ///< for other lanes, at most one for each
  bool awaited = false;     ///< by another lane
};

struct ExportedConnection {
  Rank from = 0;
  Rank to = 0;
  int channel = 0;  ///< unique among those from `from` to `to`
};

class ExportedProgram {
 public:
  /// O(steps) time and memory. Throws RequestError as to_msccl() does.
  ExportedProgram(const Program& program, const CollectiveCall& call);

  [[nodiscard]] Bytes chunk() const { return chunk_; }
  [[nodiscard]] std::int64_t chunks() const { return chunks_; }
  [[nodiscard]] std::int64_t scratch_chunks(Rank rank) const;
  [[nodiscard]] int lanes() const { return program_.lanes(); }
  [[nodiscard]] std::vector<ExportedStep>& steps(Rank rank, int lane) {
    return steps_[lane_of(rank, lane)];
  }
  [[nodiscard]] const std::vector<ExportedConnection>& connections() const { return connections_; }

 private:
  using Key = std::tuple<Rank, int, Rank, int>;  // from, its lane, to, its lane
  struct Messages {
    int number = 0;
    std::vector<ExportedTransfer*> sent;
    std::vector<ExportedTransfer*> received;
  };

  [[nodiscard]] std::size_t lane_of(Rank rank, int lane) const {
    return static_cast<std::size_t>(rank) * static_cast<std::size_t>(program_.lanes()) +
           static_cast<std::size_t>(lane);
  }
  template <typename Visit>
  void for_each_step(Visit visit) const;
  void find_chunk(const CollectiveCall& call);
  void fill(Rank rank, int lane, int number, const Step& step);
  void number_connections();
  void match_messages();
  [[nodiscard]] std::vector<ChunkRun> runs(std::span<const Range> ranges) const;
  [[nodiscard]] ChunkPlace place(Buffer buffer, Bytes offset) const;

  const Program& program_;
  CollectiveKind kind_;
  Bytes chunk_;
  std::int64_t chunks_ = 0;
  std::vector<std::vector<ExportedStep>> steps_;  // by rank and lane
  std::map<Key, Messages> messages_;
  std::vector<ExportedConnection> connections_;
};

}  // namespace commsim::msccl
