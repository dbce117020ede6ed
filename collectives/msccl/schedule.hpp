// An MSCCL schedule as its XML says it: thread blocks of steps for every GPU, counted in chunks.
//
// Format: microsoft/msccl-tools (msccl/language/ir.py) writes it and microsoft/msccl (src/graph)
// reads it. Cowan et al., MSCCLang: Microsoft Collective Communication Language, ASPLOS 2023.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/algorithm.hpp"
#include "core/text_file.hpp"

namespace commsim::msccl {

enum class ChunkBuffer : std::uint8_t { kInput, kOutput, kScratch };
constexpr std::string_view kBufferNames = "ios";  // in the order of ChunkBuffer

/// What a step does, as flags. In this order: it receives a message, adds the chunks at the source
/// or reads them, stores the result at the destination, and sends it.
struct StepType {
  std::string_view name;
  bool receives = false;
  bool reads = false;   ///< the source
  bool writes = false;  ///< the destination
  bool sends = false;
  bool reduces = false;
};

/// s, r, rcs, rrs, rrc, rrcs, cpy, re and nop.
std::span<const StepType> step_types();

struct ChunkPlace {
  ChunkBuffer buffer = ChunkBuffer::kInput;
  std::int64_t chunk = 0;
};

struct ScheduleStep {
  const StepType* type = nullptr;
  ChunkPlace from;
  ChunkPlace to;
  int count = 0;        ///< chunks
  int wait_block = -1;  ///< the thread block to wait for, or -1
  int wait_step = -1;   ///< and its step
  bool waited_for = false;
  std::size_t place = 0;  ///< of the element in the file
  std::size_t moves = 0;  ///< chunks that the steps before it move, in all
};

struct ThreadBlock {
  Rank send = -1;     ///< the peer, or -1
  Rank receive = -1;  ///< the peer, or -1
  int channel = 0;
  std::vector<ScheduleStep> steps;
  std::size_t place = 0;
  int send_lane = -1;     ///< the thread block of the peer that receives; by link()
  int receive_lane = -1;  ///< the thread block of the peer that sends; by link()
};

struct GpuSchedule {
  std::array<std::int64_t, 3> chunks{};  ///< of each ChunkBuffer
  std::vector<ThreadBlock> blocks;       ///< by id
  std::size_t place = 0;
};

struct Schedule {
  TextFile file;
  std::string collective;
  std::size_t collective_place = 0;
  std::int64_t chunks_per_loop = 0;
  std::size_t chunks_place = 0;
  std::size_t gpus_place = 0;
  bool in_place = false;
  bool out_of_place = false;
  std::size_t in_place_place = 0;
  std::vector<GpuSchedule> gpus;  ///< by id
  std::size_t moves = 0;          ///< chunks that all steps move

  [[nodiscard]] Rank ranks() const { return static_cast<Rank>(gpus.size()); }
};

/// What is in memory and what is replayed is at most this many chunks.
constexpr std::int64_t kMostChunks = std::int64_t{1} << 22U;

/// Reads the XML; O(length). Throws ConfigError with line and column for what is no XML, no
/// schedule, or has a number, a type or a buffer that is not legal, or a duplicate id.
Schedule read_schedule(const ScheduleText& text);

/// How messages name a step: "gpu 0, tb 1, step 2".
std::string step_name(Rank gpu, int block, std::size_t step);

}  // namespace commsim::msccl
