// Which rank does what, and which ranks talk to each other.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/rank_layout.hpp"
#include "sim/workload/training/parallelism.hpp"

namespace commsim {

enum class Axis : std::uint8_t { kTensor, kContext, kExpert, kData, kPipeline };

/// From the axis whose neighbours are neighbouring ranks to the one whose are farthest apart.
using AxisOrder = std::array<Axis, 5>;

/// Megatron-Core's default.
inline constexpr AxisOrder kMegatronOrder = {Axis::kTensor, Axis::kContext, Axis::kExpert,
                                             Axis::kData, Axis::kPipeline};

/// Reads "tp-cp-ep-dp-pp", each once. Throws RequestError with what is legal.
AxisOrder parse_axis_order(std::string_view text);
std::string to_text(const AxisOrder& order);

/// Ranks that take part in a kind of communication.
enum class GroupKind : std::uint8_t {
  kTensor,
  kContext,
  kData,            ///< other sequences, the same part of each
  kReplicas,        ///< data and context: the same weights
  kShard,           ///< replicas that ZeRO divides among
  kShardReplicas,   ///< hybrid sharding: those that hold the same shard
  kExpert,          ///< together they hold all experts of a layer
  kExpertReplicas,  ///< the same experts
  kPipeline,        ///< one rank of each stage
  kEnds,            ///< of those the first and the last
};

/// "tensor", "context", ...
std::string_view to_text(GroupKind kind);

/// A rank's place along each axis, from 0.
struct GridPlace {
  std::int64_t tensor = 0;
  std::int64_t context = 0;
  std::int64_t data = 0;
  std::int64_t pipeline = 0;
  std::int64_t expert = 0;
  std::int64_t expert_replica = 0;

  friend bool operator==(const GridPlace&, const GridPlace&) = default;
};

/// The ranks of a step as two grids over one numbering, as Megatron-Core has them: tensor x context
/// x data x pipeline, and for experts tensor x expert x expert replica x pipeline, where expert
/// replica is what is left of context * data. Each has the axes in the given order.
class ParallelGrid {
 public:
  /// The degrees have been validated. Throws RequestError for an order in which the two grids
  /// would give a rank different stages or parts of matrices.
  explicit ParallelGrid(const Parallelism& parallelism, const AxisOrder& order = kMegatronOrder);

  [[nodiscard]] Rank ranks() const { return ranks_; }
  /// REQUIRES: 0 <= rank < ranks().
  [[nodiscard]] GridPlace place(Rank rank) const;
  /// The other way round; expert and expert_replica are ignored.
  [[nodiscard]] Rank rank(const GridPlace& place) const;

  /// How many ranks each group of that kind has.
  [[nodiscard]] Rank group_size(GroupKind kind) const;
  /// The group of that kind that the rank is in, in ascending order. O(its size).
  [[nodiscard]] std::vector<Rank> group(GroupKind kind, Rank rank) const;
  /// All groups of that kind, by their first ranks. O(ranks).
  [[nodiscard]] std::vector<std::vector<Rank>> groups(GroupKind kind) const;

 private:
  struct Dimension {
    std::int64_t size = 1;
    std::int64_t stride = 1;

    [[nodiscard]] std::int64_t place(Rank rank) const { return rank / stride % size; }
  };

  // The place among the ranks with the same weights, in their order.
  [[nodiscard]] std::int64_t replica(Rank rank) const;
  [[nodiscard]] std::vector<Dimension> dimensions(GroupKind kind) const;
  [[nodiscard]] std::vector<Rank> whole_group(GroupKind kind, Rank rank) const;

  Rank ranks_ = 1;
  std::int64_t shards_ = 1;
  Dimension tensor_;
  Dimension context_;
  Dimension data_;
  Dimension pipeline_;
  Dimension expert_;
  Dimension expert_replica_;
};

}  // namespace commsim
