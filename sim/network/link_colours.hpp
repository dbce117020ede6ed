// Which links, and which flows on them, cannot be told apart.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/index.hpp"
#include "core/random.hpp"
#include "sim/engine/message.hpp"
#include "sim/engine/route_table.hpp"

namespace commsim {

/// Colour refinement: links start with their bandwidth as their colour. The colour of a flow is its
/// size and what colours it crosses, that of a link the one it had and those of its flows, with the
/// share of each. All is repeated until no colour splits.
///
/// Colours are hashes of 64 bits: that two of 10^5 links agree by chance has a probability of less
/// than 10^-9.
class LinkColours {
 public:
  explicit LinkColours(const Topology& topology)
      : topology_(&topology), links_(topology.links().size()) {}

  /// Colours the links that these flows cross. False where more than half of them differ. O(flows
  /// and the links of their routes) for each round.
  bool refine(RouteTable& routes, const MessagePool& messages, std::span<const MessageId> flows);

  /// Of a flow; after refine().
  [[nodiscard]] std::uint64_t of(const Message& flow) const {
    const RouteTable::Use& use = routes_->use(flow.route);
    const Part& between = between_[use.route];
    std::uint64_t colour = between.colour;
    if (between.has_ends) {
      colour += first_[index(use.from)].colour + last_[index(use.to)].colour;
    }
    return mix(colour ^ mix(static_cast<std::uint64_t>(flow.size.count())));
  }
  /// Of a link that was crossed.
  [[nodiscard]] std::uint64_t of(LinkId link) const { return links_[link].colour; }
  /// The routes that were taken, by their numbers among RouteTable::routes().
  [[nodiscard]] std::span<const std::uint32_t> routes() const { return taken_; }
  /// The links that were crossed.
  [[nodiscard]] std::span<const LinkId> crossed() const { return crossed_; }

 private:
  // A link, or all that a route has between its ends.
  struct Part {
    std::uint64_t colour = 0;
    std::uint64_t flows = 0;  // the colours of these, summed up
    std::uint32_t epoch = 0;  // the last one in which it was crossed
    bool has_ends = false;    // of a route: it is shared
  };
  using Parts = std::vector<Part>;

  bool meet(Part& part);
  void meet_link(LinkId link);
  void meet_all();
  void colour_parts();
  void refine_once();
  [[nodiscard]] std::size_t count() const;
  template <typename Visit>
  void each_link(std::uint32_t route, Visit visit) const;

  const Topology* topology_;
  const RouteTable* routes_ = nullptr;
  const MessagePool* messages_ = nullptr;
  std::span<const MessageId> flows_;
  std::uint32_t epoch_ = 0;  // of refine()
  Parts links_;
  Parts between_;  // by route
  Parts first_;    // by sender: its cable, if its routes are shared
  Parts last_;     // by receiver
  std::vector<LinkId> crossed_;
  std::vector<std::uint32_t> taken_;  // routes
  std::vector<Rank> senders_;
  std::vector<Rank> receivers_;
};

}  // namespace commsim
