// Hierarchical all-reduce on N servers of g ranks:
//   T = T_reduce_scatter(g, S) + T_all_reduce(N, S / g) + T_all_gather(g, S)
// Each server sums, then part i of the sum goes over rail i, between the i-th ranks of all servers,
// then each server spreads. Only S / g a rank crosses between servers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/compose.hpp"
#include "collectives/partition.hpp"

namespace commsim {
namespace {

constexpr std::string_view kSelf = "hierarchical";

std::vector<std::string> without_self(std::vector<std::string> names) {
  names.erase(std::remove(names.begin(), names.end(), kSelf), names.end());
  return names;
}

// What both reduce-scatter and all-gather can do.
std::vector<std::string> inner_names() {
  const auto gathers = algorithm_names(CollectiveKind::kAllGather);
  std::vector<std::string> names;
  for (const std::string& name : algorithm_names(CollectiveKind::kReduceScatter)) {
    if (std::find(gathers.begin(), gathers.end(), name) != gathers.end()) names.push_back(name);
  }
  return names;
}

std::string chosen(std::string_view key, const std::optional<std::string>& name,
                   const std::vector<std::string>& legal) {
  std::string choice = name.value_or("ring");
  if (std::find(legal.begin(), legal.end(), choice) != legal.end()) return choice;
  throw RequestError(
      fmt::format("unknown {} algorithm '{}'{}", key, choice, suggestion(choice, legal)));
}

struct Parts {
  const Algorithm* reduce_scatter = nullptr;
  const Algorithm* all_reduce = nullptr;
  const Algorithm* all_gather = nullptr;
  Rank servers = 0;
  Rank per_server = 0;
  Pieces pieces;
};

void refuse_unequal(const RankLayout& layout) {
  const std::size_t first = layout.servers.front().size();
  for (const auto& server : layout.servers) {
    if (server.size() == first) continue;
    throw RequestError(fmt::format(
        "hierarchical needs servers of equal size, and there are some of {} and some of {} ranks; "
        "legal here: {}",
        first, server.size(),
        fmt::join(without_self(algorithm_names(CollectiveKind::kAllReduce)), ", ")));
  }
}

Parts parts_of(const CollectiveCall& call) {
  refuse_unequal(call.layout);
  const std::string inner = chosen("inner", call.inner, inner_names());
  const std::string outer =
      chosen("outer", call.outer, without_self(algorithm_names(CollectiveKind::kAllReduce)));
  return {.reduce_scatter = &find_algorithm(CollectiveKind::kReduceScatter, inner),
          .all_reduce = &find_algorithm(CollectiveKind::kAllReduce, outer),
          .all_gather = &find_algorithm(CollectiveKind::kAllGather, inner),
          .servers = static_cast<Rank>(call.layout.servers.size()),
          .per_server = call.layout.per_server(),
          .pieces = pieces_of(call.size, call, std::max(call.size, call.element))};
}

// One piece of `size` in every server.
std::unique_ptr<Program> in_servers(const Algorithm& algorithm, CollectiveKind kind, Bytes size,
                                    const CollectiveCall& call) {
  std::vector<ProgramGroup> groups;
  for (const auto& server : call.layout.servers) {
    const auto g = static_cast<Rank>(server.size());
    groups.push_back({.program = algorithm.make(flat_call(kind, size, call.element, g)),
                      .members = server,
                      .offset = Bytes{0}});
  }
  return on_groups(call.layout.ranks(), std::move(groups));
}

// Part i of one piece of `size` between the i-th ranks of all servers.
std::unique_ptr<Program> on_rails(const Parts& parts, Bytes size, const CollectiveCall& call) {
  const Partition shares(size, parts.per_server, call.element);
  std::vector<ProgramGroup> groups;
  for (Rank i = 0; i < parts.per_server; ++i) {
    std::vector<Rank> members;
    for (const auto& server : call.layout.servers) {
      members.push_back(server[static_cast<std::size_t>(i)]);
    }
    groups.push_back(
        {.program = parts.all_reduce->make(
             flat_call(CollectiveKind::kAllReduce, shares.length(i), call.element, parts.servers)),
         .members = std::move(members),
         .offset = shares.offset(i)});
  }
  return on_groups(call.layout.ranks(), std::move(groups));
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Parts parts = parts_of(call);
  std::vector<PipelineStage> stages(3);
  const auto fill = [&](Bytes size, std::unique_ptr<Program> PipelineStage::*piece) {
    stages[0].*piece =
        in_servers(*parts.reduce_scatter, CollectiveKind::kReduceScatter, size, call);
    stages[1].*piece = on_rails(parts, size, call);
    stages[2].*piece = in_servers(*parts.all_gather, CollectiveKind::kAllGather, size, call);
  };
  if (parts.pieces.count() > 1) fill(parts.pieces.first(), &PipelineStage::full);
  fill(parts.pieces.last(), &PipelineStage::last);
  return pipelined(parts.pieces, std::move(stages));
}

// Exact for one piece: the first share is the longest, its owners end each part last, in every
// server at the same time, and the next part cannot end before it has passed.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Parts parts = parts_of(call);
  if (parts.pieces.count() > 1) return std::nullopt;
  const Bytes share = Partition(call.size, parts.per_server, call.element).longest();
  const auto part = [&](const Algorithm& algorithm, CollectiveKind kind, Bytes size, Rank ranks,
                        AlphaBetaCost cost) -> std::optional<Duration> {
    if (algorithm.closed_form == nullptr) return std::nullopt;
    return algorithm.closed_form(flat_call(kind, size, call.element, ranks), cost, cost);
  };
  const auto scatter = part(*parts.reduce_scatter, CollectiveKind::kReduceScatter, call.size,
                            parts.per_server, inner);
  const auto across =
      part(*parts.all_reduce, CollectiveKind::kAllReduce, share, parts.servers, outer);
  const auto gather =
      part(*parts.all_gather, CollectiveKind::kAllGather, call.size, parts.per_server, inner);
  if (!scatter || !across || !gather) return std::nullopt;
  return *scatter + *across + *gather;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/hierarchical",
    .summary = "reduce-scatter in servers, all-reduce on each rail, all-gather in servers",
    .reference = "Cho et al., BlueConnect: decomposing all-reduce for deep learning on "
                 "heterogeneous network hierarchy, MLSys 2019",
    .cost = "2 (g-1) (a + S b / g) + 2 (N-1) (a' + S b' / (g N)), N servers of g ranks, with rings",
    .parameters = {"inner", "outer", "chunk"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,  // with the default parameters
}};

}  // namespace
}  // namespace commsim
