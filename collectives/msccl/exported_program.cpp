#include "collectives/msccl/exported_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "collectives/msccl/chunk_map.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/quantity_text.hpp"

namespace commsim::msccl {
namespace {

constexpr std::int64_t kMostSteps = std::int64_t{1} << 20U;

Bytes divisor(Bytes a, Bytes b) { return Bytes{std::gcd(a.count(), b.count())}; }

// Cuts both ends of a message wherever one of them is cut.
void cut_alike(std::vector<ChunkRun>& a, std::vector<ChunkRun>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].count == b[i].count) continue;
    auto& longer = a[i].count > b[i].count ? a : b;
    const int count = std::min(a[i].count, b[i].count);
    ChunkRun rest = longer[i];
    longer[i].count = count;
    rest.place.chunk += count;
    rest.count -= count;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i) + 1, rest);
  }
}

}  // namespace

ExportedProgram::ExportedProgram(const Program& program, const CollectiveCall& call)
    : program_(program), kind_(call.kind) {
  if (msccl_name(call.kind).empty()) {
    throw RequestError(fmt::format("MSCCL has no {}", collective(call.kind).name));
  }
  if (program.participants() != call.layout.ranks()) {
    throw RequestError("a schedule of MSCCL has no helpers; choose an algorithm of ranks only");
  }
  find_chunk(call);
  steps_.resize(index(program.participants()) * index(program.lanes()));
  for_each_step([this](Rank rank, int lane, int number, const Step& step) {
    if (number == 0) steps_[lane_of(rank, lane)].resize(index(program_.steps(rank, lane)));
    fill(rank, lane, number, step);
  });
  for_each_step([this](Rank rank, int lane, int number, const Step& /*step*/) {
    for (const Wait& wait : steps(rank, lane)[index(number)].waits) {
      steps(rank, wait.lane)[index(wait.step)].awaited = true;
    }
  });
  number_connections();
  match_messages();
}

template <typename Visit>
void ExportedProgram::for_each_step(Visit visit) const {
  Step step;
  std::int64_t seen = 0;
  for (Rank rank = 0; rank < program_.participants(); ++rank) {
    for (int lane = 0; lane < program_.lanes(); ++lane) {
      for (int number = 0; number < program_.steps(rank, lane); ++number) {
        if (++seen > kMostSteps) {
          throw RequestError(fmt::format("the schedule has more than {} steps", kMostSteps));
        }
        step.clear();
        program_.step(rank, lane, number, step);
        visit(rank, lane, number, step);
      }
    }
  }
}

void ExportedProgram::find_chunk(const CollectiveCall& call) {
  const Rank ranks = call.layout.ranks();
  chunk_ = call.size;
  if (has_shards(kind_)) {
    chunk_ = Bytes{call.size / call.element % ranks == 0 ? call.size.count() / ranks : 0};
  }
  if (chunk_ == Bytes{0} || !call.matrix.empty()) {
    throw RequestError(fmt::format(
        "{} of {} has no chunks that are equal for all {} ranks; choose a multiple of {} bytes",
        to_text(call.size), collective(kind_).name, ranks, ranks * call.element.count()));
  }
  const auto add = [this](const Range& range) {
    if (range.size() == Bytes{0}) return;
    chunk_ = divisor(divisor(chunk_, range.offset), range.length);
    if (range.count > 1) chunk_ = divisor(chunk_, range.stride);
  };
  for_each_step([&](Rank /*rank*/, int /*lane*/, int /*number*/, const Step& step) {
    if (step.compute() > Duration{0}) {
      throw RequestError("a schedule of MSCCL does not compute; choose one that only moves data");
    }
    for (const auto transfers : {step.sends(), step.receives()}) {
      for (const Transfer& transfer : transfers) {
        for (const Range& range : step.ranges(transfer)) add(range);
      }
    }
    for (const LocalCopy& copy : step.copies()) {
      add(copy.from);
      add(copy.to);
    }
  });
  chunks_ = call.size / chunk_;
  if (chunks_ > kMostChunks / 2 / ranks) {
    throw RequestError(
        fmt::format("{} is {} chunks of {}; at most {} for {} ranks are legal: "
                    "choose a size that the schedule divides into fewer",
                    to_text(call.size), chunks_, to_text(chunk_), kMostChunks / 2 / ranks, ranks));
  }
}

std::int64_t ExportedProgram::scratch_chunks(Rank rank) const {
  return (program_.scratch(rank).count() + chunk_.count() - 1) / chunk_.count();
}

// Both buffers are one but for all_to_all; the larger of the two is named.
ChunkPlace ExportedProgram::place(Buffer buffer, Bytes offset) const {
  const bool gathers = kind_ == CollectiveKind::kAllGather || kind_ == CollectiveKind::kGather;
  const bool named_output = gathers || kind_ == CollectiveKind::kAllToAll;
  ChunkBuffer name = ChunkBuffer::kInput;
  if (buffer == Buffer::kScratch) name = ChunkBuffer::kScratch;
  if (buffer == Buffer::kOutput && named_output) name = ChunkBuffer::kOutput;
  return {.buffer = name, .chunk = offset / chunk_};
}

std::vector<ChunkRun> ExportedProgram::runs(std::span<const Range> ranges) const {
  std::vector<ChunkRun> runs;
  for (const Range& range : ranges) {
    const auto count = static_cast<int>(range.length / chunk_);
    for (std::int64_t i = 0; i < range.count && count > 0; ++i) {
      const ChunkPlace next = place(range.buffer, range.offset + range.stride * i);
      const bool joins = !runs.empty() && runs.back().place.buffer == next.buffer &&
                         runs.back().place.chunk + runs.back().count == next.chunk;
      if (joins) {
        runs.back().count += count;
      } else {
        runs.push_back({.place = next, .count = count});
      }
    }
  }
  if (runs.empty()) runs.emplace_back();
  return runs;
}

void ExportedProgram::fill(Rank rank, int lane, int number, const Step& step) {
  ExportedStep& out = steps(rank, lane)[index(number)];
  const auto far = [lane](const Transfer& transfer) {
    return transfer.lane == kSameLane ? lane : transfer.lane;
  };
  // Reserved, because messages are matched by their addresses.
  out.sends.reserve(step.sends().size());
  out.receives.reserve(step.receives().size());
  for (const Transfer& sent : step.sends()) {
    out.sends.push_back({.connection = 0, .runs = runs(step.ranges(sent))});
    messages_[{rank, lane, sent.peer, far(sent)}].sent.push_back(&out.sends.back());
  }
  for (std::size_t i = 0; i < step.receives().size(); ++i) {
    const Transfer& received = step.receives()[i];
    out.receives.push_back({.connection = 0,
                            .runs = runs(step.ranges(received)),
                            .reduces = step.combine(i) == Combine::kReduce});
    messages_[{received.peer, far(received), rank, lane}].received.push_back(&out.receives.back());
  }
  for (const LocalCopy& copy : step.copies()) {
    auto from = runs({&copy.from, 1});
    auto to = runs({&copy.to, 1});
    cut_alike(from, to);
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i].count == 0) continue;
      out.copies.push_back(
          {.from = from[i], .to = to[i].place, .reduces = copy.how == Combine::kReduce});
    }
  }
  std::map<int, int> waits;  // the latest step of each lane
  for (const Wait& wait : step.waits()) {
    if (wait.lane == lane) continue;
    waits[wait.lane] = std::max(waits[wait.lane], wait.step);
  }
  for (const auto& [other, until] : waits) out.waits.push_back({.lane = other, .step = until});
}

void ExportedProgram::number_connections() {
  std::map<std::pair<Rank, Rank>, int> channels;
  for (auto& [key, messages] : messages_) {
    const auto [from, from_lane, to, to_lane] = key;
    messages.number = static_cast<int>(connections_.size());
    connections_.push_back({.from = from, .to = to, .channel = channels[{from, to}]++});
  }
}

void ExportedProgram::match_messages() {
  for (auto& [key, messages] : messages_) {
    ensure(messages.sent.size() == messages.received.size(), "every message is received");
    for (std::size_t i = 0; i < messages.sent.size(); ++i) {
      cut_alike(messages.sent[i]->runs, messages.received[i]->runs);
      messages.sent[i]->connection = messages.received[i]->connection = messages.number;
    }
  }
}

}  // namespace commsim::msccl
