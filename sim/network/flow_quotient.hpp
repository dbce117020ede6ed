// Flows that start together and are alike, as one: on a network of which nobody knows that it is
// symmetric.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/engine/message.hpp"
#include "sim/engine/route_table.hpp"
#include "sim/network/link_colours.hpp"
#include "sim/network/max_min.hpp"

namespace commsim {

/// Links are divided into classes, and flows as well, so that two links of a class are equally fast
/// and carry as many flows of each class, and two flows of a class are equally large and cross as
/// many links of each class (the coarsest equitable partition, found by colour refinement: Paige
/// and Tarjan, "Three partition refinement algorithms", SIAM J. Comput. 16, 1987; here with hashes
/// of 64 bits instead of lists). Max-min fairness gives flows of a class one rate, which is that of
/// one flow on a network that has one link of each class: no flow can be told from another of its
/// class by filling links level by level.
class FlowQuotient {
 public:
  using ClassId = MaxMin::ClassId;

  /// What a quotient has to save.
  struct Worth {
    std::size_t flows = 256;   ///< at least so many
    std::size_t in_class = 8;  ///< and in a class, on average
  };

  explicit FlowQuotient(const Topology& topology, Worth worth)
      : topology_(&topology), worth_(worth), colours_(topology) {}

  /// Divides flows, which start now on a network without others. False if that saves nothing, as
  /// there are few of them or they differ too much; there are no classes then. O(flows) for each
  /// round of the refinement, of which there are few.
  bool divide(RouteTable& routes, const MessagePool& messages, std::span<const MessageId> flows);

  /// Whether there are flows that have not ended.
  [[nodiscard]] bool active() const { return live_ > 0; }
  [[nodiscard]] std::size_t classes() const { return begins_.empty() ? 0 : begins_.size() - 1; }
  [[nodiscard]] bool lives(ClassId id) const { return max_min_->flows(id) > 0; }
  /// In the order in which they were given.
  [[nodiscard]] std::span<const MessageId> flows(ClassId id) const {
    return std::span(flows_).subspan(begins_[id], begins_[id + 1] - begins_[id]);
  }

  /// All flows of a class end.
  void end(ClassId id) {
    max_min_->change(id, -1);
    --live_;
  }
  /// All flows go on elsewhere.
  void clear() { live_ = 0; }
  /// As of MaxMin.
  std::span<const ClassId> solve() { return max_min_->solve(); }
  [[nodiscard]] const FairRate& rate(ClassId id) const { return max_min_->rate(id); }

 private:
  [[nodiscard]] bool number(const MessagePool& messages, std::span<const MessageId> flows);

  const Topology* topology_;
  Worth worth_;
  LinkColours colours_;
  std::optional<MaxMin> max_min_;
  std::vector<MessageId> flows_;     // by class
  std::vector<std::size_t> begins_;  // of each class in flows_, and the end of the last
  std::size_t live_ = 0;
};

}  // namespace commsim
