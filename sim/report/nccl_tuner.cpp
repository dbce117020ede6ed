#include "sim/report/nccl_tuner.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "core/error.hpp"

namespace commsim {
namespace {

struct TunerCollective {
  CollectiveKind kind;
  std::string_view name;
};

constexpr std::array kCollectives{
    TunerCollective{CollectiveKind::kAllReduce, "allreduce"},
    TunerCollective{CollectiveKind::kAllGather, "allgather"},
    TunerCollective{CollectiveKind::kReduceScatter, "reducescatter"},
    TunerCollective{CollectiveKind::kBroadcast, "broadcast"},
    TunerCollective{CollectiveKind::kReduce, "reduce"},
};

struct TunerAlgorithm {
  std::string_view collective;
  std::string_view ours;
  std::string_view one_server;
  std::string_view several_servers;
};

constexpr std::array kAlgorithms{
    TunerAlgorithm{"allreduce", "ring", "ring", "ring"},
    TunerAlgorithm{"allreduce", "double_binary_tree", "tree", "tree"},
    TunerAlgorithm{"allreduce", "sharp", "collnet_direct", "collnet_direct"},
    TunerAlgorithm{"allreduce", "nvls", "nvls", "nvls_tree"},
    TunerAlgorithm{"allgather", "ring", "ring", "ring"},
    TunerAlgorithm{"allgather", "pat", "pat", "pat"},
    TunerAlgorithm{"allgather", "nvls", "nvls", "nvls"},
    TunerAlgorithm{"reducescatter", "ring", "ring", "ring"},
    TunerAlgorithm{"reducescatter", "pat", "pat", "pat"},
    TunerAlgorithm{"reducescatter", "nvls", "nvls", "nvls"},
    TunerAlgorithm{"broadcast", "chain", "ring", "ring"},
    TunerAlgorithm{"reduce", "chain", "ring", "ring"},
};

std::string_view nccl_name(CollectiveKind kind) {
  const auto* const place = std::ranges::find(kCollectives, kind, &TunerCollective::kind);
  return place == kCollectives.end() ? "" : place->name;
}

}  // namespace

std::optional<std::string_view> nccl_algorithm(CollectiveKind collective,
                                               std::string_view algorithm, std::size_t servers) {
  for (const TunerAlgorithm& row : kAlgorithms) {
    if (row.collective != nccl_name(collective) || row.ours != algorithm) continue;
    return servers == 1 ? row.one_server : row.several_servers;
  }
  return std::nullopt;
}

void keep_what_nccl_has(ScenarioSet& set) {
  for (const ScenarioPoint& point : set.points) {
    const CollectiveKind kind = point.run.call.kind;
    if (!nccl_name(kind).empty()) continue;
    throw RequestError(
        fmt::format("NCCL's tuner plugin knows no {}; legal with --tuner: all_reduce, all_gather, "
                    "reduce_scatter, broadcast, reduce",
                    collective(kind).name));
  }
  std::erase_if(set.points, [](const ScenarioPoint& point) {
    const std::size_t servers = point.run.cluster->layout.servers.size();
    return !nccl_algorithm(point.run.call.kind, point.algorithm, servers);
  });
  if (set.points.empty()) {
    throw RequestError("NCCL has none of these algorithms, so that --tuner has nothing to write");
  }
}

void refuse_columns_that_nccl_confuses(const CrossoverMap& map) {
  std::set<std::tuple<CollectiveKind, std::size_t, Rank>> seen;
  for (const CrossoverColumn& column : map.columns()) {
    if (seen.emplace(column.kind, column.servers, column.ranks).second) continue;
    throw RequestError(
        fmt::format("NCCL's tuner plugin cannot tell the values of '{}' apart: two of them have {} "
                    "servers and {} ranks; write one file for each with --set",
                    map.axis(), column.servers, column.ranks));
  }
}

void write_nccl_tuner(std::ostream& out, const std::string& scenario, const CrossoverMap& map) {
  refuse_columns_that_nccl_confuses(map);
  std::string title = scenario;
  std::ranges::replace_if(
      title, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  fmt::print(out,
             "# commsim: {:.200}\n"
             "# collective_type,min_bytes,max_bytes,algorithm,protocol,channels,nNodes,nRanks,"
             "numPipeOps,regBuff\n",
             title);
  for (const CrossoverColumn& column : map.columns()) {
    const auto name = [&](const CrossoverRange& range) {
      return nccl_algorithm(column.kind, range.algorithm, column.servers).value_or("ring");
    };
    const auto all = ranges(column);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Bytes from = all[i].from;
      // Candidates that differ only in parameters are one to NCCL.
      while (i + 1 < all.size() && name(all[i + 1]) == name(all[i])) ++i;
      fmt::print(out, "{},{},{},{},simple,-1,{},{},-1,-1\n", nccl_name(column.kind), from.count(),
                 all[i].to.count(), name(all[i]), column.servers, column.ranks);
    }
  }
}

}  // namespace commsim
