// Max-min fair rates of flows on shared links, kept up to date as flows come and go. Flows of one
// route form a class and share one rate; only the classes that a change can reach are solved again.
// A flow that is spread over several routes puts a share of its rate on each link.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <queue>
#include <span>
#include <vector>

#include "core/units.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// What a flow of a class gets. As long as a link gives all of its capacity to equal flows, the
/// rate is the exact fraction capacity / sharers; where others have taken part of it, it is a
/// double.
struct FairRate {
  Bandwidth capacity;
  std::int64_t sharers = 0;  ///< 0: not an exact fraction, `bytes_per_ps` alone counts
  double bytes_per_ps = 0;

  friend bool operator==(const FairRate&, const FairRate&) = default;
  /// The time to move `bytes` at this rate, up to the picosecond.
  [[nodiscard]] Duration time_for(double bytes) const;
};

/// Progressive filling (Bertsekas and Gallager, Data Networks, 6.5.2): the link with the least
/// share freezes its flows at that share; repeat with what is left. The share of a link is its free
/// capacity over the sum of what its flows put on it for each byte of theirs (weights).
class MaxMin {
 public:
  using ClassId = std::uint32_t;

  /// The topology must outlive this.
  explicit MaxMin(const Topology& topology);

  /// A class of flows over `links`, with no flow yet; a flow puts shares[i] / whole of its rate on
  /// links[i], or all of it if there are no shares.
  ClassId add_class(std::span<const LinkId> links, std::span<const std::int64_t> shares = {},
                    std::int64_t whole = 1);
  /// Adds flows to (or with a negative number removes them from) a class.
  void change(ClassId id, std::int64_t flows);
  [[nodiscard]] std::int64_t flows(ClassId id) const { return classes_[id].flows; }
  [[nodiscard]] const FairRate& rate(ClassId id) const { return classes_[id].rate; }

  /// Solves what the changes since the last call can have touched. Returns the classes that were
  /// touched and have flows, in a fixed order; their rates may or may not differ from before.
  /// O(c log l) for c classes and l links of the touched components.
  std::span<const ClassId> solve();

 private:
  // NOLINTNEXTLINE(bugprone-exception-escape): moving small_vectors of numbers does not throw.
  struct Class {
    boost::container::small_vector<LinkId, 4> links;
    boost::container::small_vector<std::uint32_t, 4> places;  // index in each link's `classes`
    Bandwidth alone;  // what one flow gets that has all links to itself
    std::int64_t flows = 0;
    FairRate rate;
    std::uint64_t seen = 0;
    std::uint32_t first_weight = 0;  // if spread: into weights_, by link
    bool spread = false;
    bool frozen = false;
  };
  struct LinkState {
    Bandwidth bandwidth;
    std::vector<ClassId> classes;  // with flows
    std::int64_t open_flows = 0;   // of the present solution: not frozen yet
    double taken = 0;              // bytes per ps of the frozen ones
    std::uint64_t seen = 0;
    bool dirty = false;
    bool spread = false;  // some of its flows are
  };
  // What a link has beside if flows on it are spread; the rest is hot and fills a cache line.
  struct SpreadState {
    std::int64_t open_flows = 0;  // those of LinkState::open_flows that are spread
    double open_weight = 0;       // of these
  };
  struct Share {
    double bytes_per_ps;
    LinkId link;
    friend bool operator>(const Share& a, const Share& b) {
      return a.bytes_per_ps != b.bytes_per_ps ? a.bytes_per_ps > b.bytes_per_ps : a.link > b.link;
    }
  };

  void enter(ClassId id);
  void leave(ClassId id);
  void gather_component(LinkId from);
  void fill();
  static void fill_alone(Class& only);
  void open(Class& opening);
  void close(const Class& closing);
  [[nodiscard]] FairRate share(LinkId id) const;
  void freeze(LinkId bottleneck);

  const Topology* topology_;
  std::vector<LinkState> links_;
  std::vector<SpreadState> spread_;  // by link; empty as long as no class is spread
  std::vector<double> weights_;
  std::vector<Class> classes_;
  std::vector<LinkId> dirty_;
  std::uint64_t epoch_ = 0;
  std::vector<ClassId> touched_;
  std::vector<LinkId> component_links_;
  std::vector<ClassId> component_classes_;
  std::vector<Share> heap_;
};

}  // namespace commsim
