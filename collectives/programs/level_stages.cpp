#include "collectives/programs/level_stages.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "collectives/call_options.hpp"
#include "collectives/partition.hpp"
#include "collectives/programs/line_program.hpp"

namespace commsim {

namespace {

// Whether no two ranks of a line along `dimension` are on one server.
bool parts_servers(const RankGrid& grid, int dimension, const std::vector<int>& servers) {
  for (Rank cell = 0; cell < grid.ranks(); ++cell) {
    if (grid.coordinate(cell, dimension) > 0) continue;
    std::set<int> seen;
    for (const Rank rank : grid.line(cell, dimension)) {
      if (!seen.insert(servers[static_cast<std::size_t>(rank)]).second) return false;
    }
  }
  return true;
}

// Side by side on the slices of `length`, from offset 0.
std::unique_ptr<Program> in_slices(const Algorithm& algorithm, const CollectiveCall& call,
                                   int slices) {
  if (slices == 1) return algorithm.make(call);
  const Partition cut(call.size, slices, call.element);
  std::vector<ParallelPart> parts;
  for (int i = 0; i < slices; ++i) {
    CollectiveCall slice = call;
    slice.size = cut.length(i);
    parts.push_back({.program = algorithm.make(slice), .offset = cut.offset(i)});
  }
  return in_parallel(std::move(parts));
}

}  // namespace

GroupLevels::GroupLevels(RankGrid grid, const CollectiveCall& call, int participants)
    : grid_(std::move(grid)), element_(call.element), participants_(participants) {
  const int nics =
      std::clamp(call.layout.rails / largest_server(call.layout), 1, kMostDefaultChannels);
  slices_.assign(static_cast<std::size_t>(count()), 1);
  if (nics == 1) return;
  const std::vector<int> servers = servers_of(call.layout);
  for (int level = 0; level < count(); ++level) {
    if (!parts_servers(grid_, dimension(level), servers)) continue;
    slices_[static_cast<std::size_t>(level)] = nics;
  }
}

GroupLevels GroupLevels::servers(const CollectiveCall& call, int participants) {
  return {RankGrid({static_cast<int>(call.layout.servers.size()), call.layout.per_server()},
                   ranks_by_server(call.layout)),
          call, participants};
}

Bytes GroupLevels::longest_share(Bytes size, int level) const {
  for (int l = 0; l < level; ++l) size = Partition(size, ranks(l), element_).longest();
  return size;
}

std::unique_ptr<Program> GroupLevels::at_level(int level, const Algorithm& algorithm,
                                               CollectiveKind kind, Bytes size) const {
  std::map<Bytes, const Program*> by_length;
  std::vector<std::unique_ptr<Program>> programs;
  std::vector<LineProgram::Share> shares;
  for (Rank cell = 0; cell < grid_.stride(dimension(level)); ++cell) {
    LineProgram::Share& share = shares.emplace_back();
    Bytes length = size;
    for (int l = 0; l < level; ++l) {
      const Partition parts(length, ranks(l), element_);
      const int own = grid_.coordinate(cell, dimension(l));
      share.offset += parts.offset(own);
      length = parts.length(own);
    }
    const Program*& program = by_length[length];
    if (program == nullptr) {
      const CollectiveCall call = flat_call(kind, length, element_, ranks(level));
      programs.push_back(in_slices(algorithm, call, slices(level)));
      program = programs.back().get();
    }
    share.program = program;
  }
  return std::make_unique<LineProgram>(grid_, dimension(level), participants_, std::move(programs),
                                       std::move(shares));
}

std::optional<Duration> GroupLevels::time_at_level(int level, const Algorithm& algorithm,
                                                   CollectiveKind kind, Bytes size,
                                                   const std::vector<int>& servers,
                                                   AlphaBetaCost inner, AlphaBetaCost outer) const {
  const auto cost = line_cost(grid_, dimension(level), servers, inner, outer);
  if (!cost || algorithm.closed_form == nullptr) return std::nullopt;
  const Bytes share = Partition(longest_share(size, level), slices(level), element_).longest();
  return algorithm.closed_form(flat_call(kind, share, element_, ranks(level)), *cost, *cost);
}

bool adds_up(std::string_view inner) { return inner == "ring" || inner == "direct"; }

}  // namespace commsim
