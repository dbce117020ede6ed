// Max-min fair rates of flows on shared links, kept up to date as flows come and go. Flows of one
// route form a class and share one rate. A flow that is spread over several routes puts a share of
// its rate on each link.
//
// Rates do not depend on the order in which anything was added, to the last bit, nor on whether
// equal flows are counted as one class or many: weights are integers, so their sums are exact, and
// what a link has given away is summed up in the order of rates, once for each rate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/network/fair_rate.hpp"
#include "sim/network/rate_memo.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Progressive filling (Bertsekas and Gallager, Data Networks, 6.5.2) by levels: the links of the
/// least share freeze their flows at that share, all at once; repeat with what is left. The share
/// of a link is its free capacity over the sum of what its flows put on it for each byte of theirs
/// (weights).
///
/// Few rates change when flows come or go. So only the flows that came, and those whose bottleneck
/// has changed, are solved again, beside all others at their present rates; whoever is in the way
/// of that, or has lost its bottleneck by it, joins them, until nobody does. Then no link is
/// overloaded and each flow has a bottleneck, which only the max-min fair rates fulfil. Where that
/// takes about as long as to solve all that hangs together, all of it is solved at once. Where
/// classes are few, solutions are remembered.
class MaxMin {
 public:
  using ClassId = std::uint32_t;

  explicit MaxMin(const Topology& topology);
  /// Of links that have nothing but a bandwidth; their numbers are their places.
  explicit MaxMin(std::span<const Bandwidth> links);

  /// A class of flows over `links`, with no flow yet; a flow puts shares[i] / whole of its rate on
  /// links[i], or all of it if there are no shares. One flow may stand for several that are alike,
  /// of which shares[i] / whole > 1 cross links[i]. REQUIRES: a link at least, each at most once;
  /// shares and whole positive.
  ClassId add_class(std::span<const LinkId> links, std::span<const std::int64_t> shares = {},
                    std::int64_t whole = 1);
  /// Adds flows to (or with a negative number removes them from) a class.
  void change(ClassId id, std::int64_t flows);
  [[nodiscard]] std::int64_t flows(ClassId id) const { return classes_[id].flows; }
  [[nodiscard]] const FairRate& rate(ClassId id) const { return classes_[id].rate; }

  /// Solves what the changes since the last call touch. Returns the classes that have flows and
  /// whose flows or rate have changed, in a fixed order. O(c log l) for c classes that are solved
  /// again and the classes beside them, and l links of these.
  std::span<const ClassId> solve();

 private:
  using Weight = Int128;  // in parts of denominator_
  static constexpr LinkId kNoLink = UINT32_MAX;
  static constexpr std::uint32_t kNoShares = UINT32_MAX;

  // A link on the way of a class, and whether the list of the link has the class.
  class Hop {
   public:
    explicit Hop(LinkId link) : link_(link) {}
    [[nodiscard]] LinkId link() const { return link_ & ~kListed; }
    [[nodiscard]] bool listed() const { return (link_ & kListed) != 0; }
    void set_listed(bool listed) { link_ = link() | (listed ? kListed : 0); }

   private:
    static constexpr LinkId kListed = LinkId{1} << 31U;
    static_assert(TopologyBuilder::kMostLinks <= kListed);
    LinkId link_;
  };
  struct Class {
    FairRate rate;
    std::int64_t flows = 0;
    std::uint32_t first_hop = 0;
    std::uint32_t hops = 0;
    std::uint32_t first_share = kNoShares;  // `whole` stands before it
    std::uint32_t narrowest = 0;            // the hop that bounds a flow which is alone
    LinkId bottleneck = kNoLink;            // of the present rate
    std::uint32_t opened = 0;               // the epoch in which it was solved last
    bool frozen = false;
    bool changed = false;  // since the last solution
    bool entered = false;  // its links know that it has flows
    bool untold = false;   // they may be wrong
  };
  // What a link has given away in the solution under way.
  struct Filling {
    Weight open = 0;               // of all flows that are not frozen yet
    Weight at_level = 0;           // of those that were frozen at `level`
    double level = 0;              // the last rate at which any were
    double taken = 0;              // bytes per ps, by those below that
    std::uint32_t next_fixed = 0;  // into fixed_: classes that are not solved again, by rate
    std::uint32_t end_fixed = 0;   // 0: there are none

    [[nodiscard]] double given(const MaxMin& solver) const;
    // Whether nothing was frozen but at this rate.
    [[nodiscard]] bool only_at(double rate) const {
      return taken == 0 && (at_level == 0 || level == rate);
    }
    void take(const MaxMin& solver, double rate, Weight weight);
    void pass(const MaxMin& solver, double below);  // the fixed ones that are slower
  };
  struct LinkState : Filling {
    std::uint64_t seen = 0;          // the round in which it was filled last
    std::uint32_t open_classes = 0;  // to be solved, not frozen yet
    std::uint32_t bound = 0;         // classes that have their bottleneck here
    double capacity = 0;             // bytes per ps
    std::int64_t bits_per_second = 0;
    bool moved = false;               // it carries something else than before
    std::vector<ClassId> classes;     // with flows, and some that have none any more
    std::uint32_t without_flows = 0;  // how many these are

    [[nodiscard]] std::size_t users() const { return classes.size() - without_flows; }
  };
  struct Fixed {
    double rate;
    Weight weight;
  };
  struct Exact {
    FairRate rate;
    LinkId link;
  };
  // Of bandwidth among weights.
  struct Division {
    std::int64_t bits_per_second = 0;
    Weight weight = 0;
    std::int64_t denominator = 0;
    friend bool operator==(const Division&, const Division&) = default;
  };
  struct Share {
    double bytes_per_ps;
    LinkId link;
    friend bool operator>(const Share& a, const Share& b) {
      return a.bytes_per_ps != b.bytes_per_ps ? a.bytes_per_ps > b.bytes_per_ps : a.link > b.link;
    }
  };

  [[nodiscard]] std::span<Hop> hops_of(const Class& of) {
    return std::span(hops_).subspan(of.first_hop, of.hops);
  }
  [[nodiscard]] std::span<const Hop> hops_of(const Class& of) const {
    return std::span(hops_).subspan(of.first_hop, of.hops);
  }
  [[nodiscard]] Weight weight(const Class& of, std::size_t hop) const;
  [[nodiscard]] Weight weight_on(const Class& of, LinkId link) const;
  [[nodiscard]] double value(Weight weight) const;
  void widen_denominator(std::int64_t whole);
  [[nodiscard]] std::uint32_t narrowest_hop(const Class& of);

  void tell_links();
  void tell_links_of(ClassId id);
  void enter(ClassId id);
  void leave(ClassId id);
  const std::vector<ClassId>& users(LinkId id);
  void start_epoch();
  void bind(Class& to, LinkId bottleneck);
  void unbind(Class& from);

  bool recall();
  void keep();
  void solve_anew();
  bool solve_alone(ClassId id);
  void reopen(ClassId id);
  void reopen_bound(LinkId id);
  [[nodiscard]] std::size_t reach();
  void reopen_component();
  void fill();
  void open_links();
  void list_fixed(LinkId id);
  [[nodiscard]] double share(LinkState& link) const;
  void freeze_level(double rate);
  [[nodiscard]] FairRate exact_rate(const LinkState& link) const;
  const FairRate& divided(std::int64_t bits_per_second, Weight weight) const;
  void freeze(LinkId id, const FairRate& rate);
  void take_off(const Class& frozen);
  bool widen();
  void reopen_inexact(LinkId id);

  std::vector<LinkState> links_;
  std::vector<Class> classes_;
  std::vector<Hop> hops_;
  std::vector<std::int64_t> shares_;
  std::int64_t denominator_ = 1;  // of all weights: the lcm of `whole`s, or kMostParts
  std::size_t users_of_all_ = 0;  // of all links together
  std::size_t with_flows_ = 0;    // classes
  RateMemo memo_;
  std::vector<ClassId> changed_;  // since the last solution
  std::vector<ClassId> untold_;   // whose links may not know whether they have flows
  std::vector<LinkId> moved_;
  std::uint32_t epoch_ = 0;  // of solve()
  std::uint64_t round_ = 0;  // of fill()
  double level_ = 0;
  std::size_t unfrozen_ = 0;  // of open_
  mutable Division last_division_;
  mutable FairRate last_quotient_;
  std::vector<ClassId> open_;     // to be solved
  std::vector<FairRate> before_;  // their rates before that
  std::vector<LinkId> open_links_;
  std::vector<Fixed> fixed_;
  std::vector<Share> heap_;
  std::vector<LinkId> narrowest_;  // the links of a level
  std::vector<Exact> exact_;       // those of them that give an exact fraction
  std::vector<ClassId> touched_;
};

}  // namespace commsim
