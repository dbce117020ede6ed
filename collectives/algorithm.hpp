// The extension point for schedules: one file holds one algorithm and registers it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/collective.hpp"
#include "collectives/program.hpp"
#include "collectives/rank_layout.hpp"
#include "core/registry.hpp"

namespace commsim {

/// A file whose text an algorithm interprets.
struct ScheduleText {
  std::string name;
  std::string text;
};

/// One request for a collective. Absent parameters take the algorithm's documented default.
struct CollectiveCall {
  CollectiveKind kind = CollectiveKind::kAllReduce;
  Bytes size;
  Bytes element{1};  ///< bytes of one element; divides size
  RankLayout layout;
  Rank root = 0;
  std::optional<Bytes> chunk;          ///< pipelining: pieces of this size, the last one smaller
  std::optional<int> channels;         ///< parallel rings or trees, each with its share of the data
  std::optional<std::string> inner;    ///< hierarchical: algorithm within a server
  std::optional<std::string> outer;    ///< hierarchical: algorithm across servers
  std::optional<std::string> pattern;  ///< send_recv: who sends to whom
  std::optional<std::string> order;    ///< rings: "topology" or "plain"
  std::vector<int> sides;              ///< torus, swing: of the grid; its cells are the ranks
  std::vector<int> levels;  ///< hierarchical: ranks in a group, groups in the next one, and so on
  std::optional<std::string> servers;  ///< parameter_server: "colocated" or "separate"
  /// all_to_all: what rank r sends to rank q is matrix[r][q]; empty: shard q of size. With a matrix
  /// `size` is the largest sum of a row or column.
  std::vector<std::vector<Bytes>> matrix;
  std::optional<ScheduleText> schedule;  ///< msccl: the XML
};

/// T = L / B + D between two ranks, for closed forms.
struct AlphaBetaCost {
  Bandwidth bandwidth;
  Duration latency{0};

  [[nodiscard]] constexpr Duration wire(Bytes size) const { return size / bandwidth; }
  [[nodiscard]] constexpr Duration message(Bytes size) const { return wire(size) + latency; }
};

/// A registered schedule; the name is "collective/algorithm", such as "all_reduce/ring".
struct Algorithm {
  std::string_view name;
  std::string_view summary;    ///< one sentence
  std::string_view reference;  ///< where the schedule is from
  std::string_view cost;       ///< the closed form as text; p ranks, S bytes, a latency, b = 1/B
  /// The parameters of CollectiveCall that it uses, by their names in a scenario.
  std::vector<std::string_view> parameters;
  /// Builds the schedule; throws RequestError with what is legal when it cannot.
  std::unique_ptr<Program> (*make)(const CollectiveCall& call) = nullptr;
  /// The exact time without contention when ranks of a server are `inner` apart and others `outer`;
  /// nothing where no closed form is known.
  std::optional<Duration> (*closed_form)(const CollectiveCall& call, AlphaBetaCost inner,
                                         AlphaBetaCost outer) = nullptr;
  /// Whether the bytes that it sends in all are the least possible (S divisible by the ranks).
  bool bandwidth_optimal = false;
  /// Whether helpers combine data on the way, so that only S per rank bounds it.
  bool helpers_combine = false;
};

/// The algorithm of that short name for that collective; throws RequestError with the legal ones.
const Algorithm& find_algorithm(CollectiveKind kind, std::string_view short_name);
/// The short names of all algorithms of a collective.
std::vector<std::string> algorithm_names(CollectiveKind kind);

}  // namespace commsim
