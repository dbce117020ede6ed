// What a graph is worth: how far apart its ranks are and how much crosses a cut.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// Up to this many ranks the diameters are exact. Above, they are the best of a few sweeps, each
/// from the rank that the sweep before found farthest: never more than the true value, so that a
/// lower bound made of it stays one.
inline constexpr Rank kMostExactRanks = 128;
/// Above so many, one sweep has to do.
inline constexpr Rank kMostSweptRanks = 1 << 15;

/// The least latency from `from` to each rank, over any route (also through GPUs, which may relay).
std::vector<Duration> least_latencies(const Topology& topology, Rank from);
/// The least latency from each rank to `to`, likewise.
std::vector<Duration> least_latencies_to(const Topology& topology, Rank to);
/// The fewest links from `from` to each rank, likewise.
std::vector<std::int64_t> fewest_links(const Topology& topology, Rank from);

/// The longest of all least latencies between ranks; zero for one rank. See kMostExactRanks.
Duration latency_diameter(const Topology& topology);
/// The longest of all fewest links between ranks; zero for one rank. See kMostExactRanks.
std::int64_t hop_diameter(const Topology& topology);

/// All that the links can carry from ranks `a` to ranks `b` at once: the maximum flow, equal to the
/// least cut. REQUIRES: both are not empty and share no rank. Throws RequestError if the sum of
/// bandwidths does not fit 2^63 bits per second.
Bandwidth cut_bandwidth(const Topology& topology, std::span<const Rank> a, std::span<const Rank> b);

/// The cut bandwidth from the first half of the ranks to the others (the middle rank of an odd
/// number is in the second half); nothing for one rank.
std::optional<Bandwidth> bisection(const Topology& topology);

/// How many links must fail, at the least, before some rank cannot reach another: the least number
/// of routes between two ranks that share no link. Nothing for one rank or more than
/// kMostExactRanks.
std::optional<std::int64_t> connectivity(const Topology& topology);

}  // namespace commsim
