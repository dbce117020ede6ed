// One collective on one cluster: simulate it, hold it against its bound, explain where time went.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/network/network_model.hpp"
#include "sim/workload/bound.hpp"
#include "sim/workload/compression.hpp"

namespace commsim {

/// Everything that decides a result. The pointers outlive the run; they point into registries and
/// to a cluster that many runs share.
struct CollectiveRun {
  const Cluster* cluster = nullptr;
  const Algorithm* algorithm = nullptr;
  const NetworkModel* network = nullptr;
  const RoutingPolicy* routing = nullptr;
  CollectiveCall call;  ///< its layout is left empty: the cluster's counts
  std::uint64_t seed = 1;
  Switching switching = Switching::kCutThrough;
  std::int64_t connections = 1;                 ///< of policies that heed them
  const StaticRoutes* static_routes = nullptr;  ///< of a policy that follows a table
  const Compression* compression = nullptr;     ///< of the data; nullptr: they travel as they are
  const RunLimits* limits = nullptr;            ///< of each simulation; nullptr: none
  bool fold = true;  ///< whether one rank may stand for all that are interchangeable with it
};

/// The link that is busy longest.
struct Bottleneck {
  LinkId link = 0;
  std::string name;
  std::string medium;
  Duration busy{0};  ///< bytes that it carried / its bandwidth
};

/// What one class of links carried.
struct MediumLoad {
  std::string medium;
  std::int64_t links = 0;  ///< that carried anything
  Bytes bytes;
};

struct TimeRange {
  Duration least{0};
  Duration most{0};
};

/// One way of a library to do a collective, and how long the library itself thinks it takes.
struct EstimatedWay {
  std::string algorithm;
  std::string protocol;
  int channels = 0;
  Duration time{0};
};

struct CollectiveResult {
  Duration time{0};
  double algbw = 0;  ///< size / time, bytes per second; 0 when no time passes
  double busbw = 0;  ///< algbw * the collective's bus factor (nccl-tests)
  LowerBound bound;
  std::int64_t messages = 0;
  std::int64_t events = 0;
  Method method = Method::kEvents;  ///< how the times were found
  std::int64_t classes = 0;  ///< of interchangeable ranks, one of each was simulated; 0: none
  Bytes sent;                ///< by all ranks, counted once a message
  PathCost critical_path;
  Duration waiting{0};  ///< time - critical_path
  std::optional<Bottleneck> bottleneck;
  std::vector<MediumLoad> media;
  std::vector<std::string> warnings;
  std::vector<TimelineEntry> timeline;
  std::vector<Bytes> link_bytes;    ///< by link
  std::optional<TimeRange> likely;  ///< nine of ten times lie there; only of measured systems
  std::vector<EstimatedWay>
      estimates;                     ///< of a library's own model: all it considers, fastest first
  std::optional<CodedResult> coded;  ///< if the data are compressed, and anything is watched
};

/// Sets algbw and busbw from the time.
void measure_rates(const CollectiveRun& run, CollectiveResult& result);

/// Simulates and audits. Throws RequestError for what cannot be done; a result below its bound, or
/// a link that carried more than it can, is a bug of ours and aborts (alpha_beta, which shares no
/// link, gets a warning instead).
CollectiveResult run_collective(const CollectiveRun& run, Watch watch = Watch::kLinks);

}  // namespace commsim
