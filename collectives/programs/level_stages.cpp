#include "collectives/programs/level_stages.hpp"

#include "collectives/call_options.hpp"
#include "collectives/partition.hpp"

namespace commsim {

GroupLevels GroupLevels::servers(const CollectiveCall& call, int participants) {
  return {RankGrid({static_cast<int>(call.layout.servers.size()), call.layout.per_server()},
                   ranks_by_server(call.layout)),
          call.element, participants};
}

Bytes GroupLevels::longest_share(Bytes size, int level) const {
  for (int l = 0; l < level; ++l) size = Partition(size, ranks(l), element_).longest();
  return size;
}

std::unique_ptr<Program> GroupLevels::at_level(int level, const Algorithm& algorithm,
                                               CollectiveKind kind, Bytes size) const {
  std::vector<ProgramGroup> groups;
  for (Rank cell = 0; cell < grid_.ranks(); ++cell) {
    if (grid_.coordinate(cell, dimension(level)) > 0) continue;
    Bytes offset{0};
    Bytes length = size;
    for (int l = 0; l < level; ++l) {
      const Partition shares(length, ranks(l), element_);
      const int own = grid_.coordinate(cell, dimension(l));
      offset += shares.offset(own);
      length = shares.length(own);
    }
    groups.push_back({.program = algorithm.make(flat_call(kind, length, element_, ranks(level))),
                      .members = grid_.line(cell, dimension(level)),
                      .offset = offset});
  }
  return on_groups(participants_, std::move(groups));
}

std::optional<Duration> GroupLevels::time_at_level(int level, const Algorithm& algorithm,
                                                   CollectiveKind kind, Bytes size,
                                                   const std::vector<int>& servers,
                                                   AlphaBetaCost inner, AlphaBetaCost outer) const {
  const auto cost = line_cost(grid_, dimension(level), servers, inner, outer);
  if (!cost || algorithm.closed_form == nullptr) return std::nullopt;
  const Bytes share = longest_share(size, level);
  return algorithm.closed_form(flat_call(kind, share, element_, ranks(level)), *cost, *cost);
}

bool adds_up(std::string_view inner) { return inner == "ring" || inner == "direct"; }

}  // namespace commsim
