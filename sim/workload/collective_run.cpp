#include "sim/workload/collective_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectives/block_matrix.hpp"
#include "core/error.hpp"
#include "core/quantity_text.hpp"
#include "sim/workload/notes.hpp"
#include "sim/workload/program_run.hpp"

namespace commsim {
namespace {

// Fluid rates are doubles; their rounding may shave this part off a time.
constexpr double kFluidSlack = 1e-9;

Duration busy_time(const Link& link, Bytes bytes) { return bytes / link.bandwidth; }

std::optional<Bottleneck> find_bottleneck(const Topology& topology, std::span<const Bytes> bytes) {
  std::optional<Bottleneck> worst;
  for (LinkId id = 0; id < bytes.size(); ++id) {
    if (bytes[id] == Bytes{0}) continue;
    const Link& link = topology.link(id);
    // No more over a link that is no slower cannot take longer: spares a division for most links.
    if (worst && bytes[id] <= bytes[worst->link] &&
        link.bandwidth >= topology.link(worst->link).bandwidth) {
      continue;
    }
    const Duration busy = busy_time(link, bytes[id]);
    if (worst && busy <= worst->busy) continue;
    worst = {.link = id, .busy = busy};
  }
  if (worst) {
    worst->name = topology.link_name(worst->link);
    worst->medium = topology.media()[topology.link(worst->link).medium];
  }
  return worst;
}

std::vector<MediumLoad> load_by_medium(const Topology& topology, std::span<const Bytes> bytes) {
  std::vector<MediumLoad> loads;
  for (const std::string& medium : topology.media()) loads.push_back({.medium = medium});
  for (LinkId id = 0; id < bytes.size(); ++id) {
    MediumLoad& load = loads[topology.link(id).medium];
    load.links += bytes[id] > Bytes{0} ? 1 : 0;
    load.bytes += bytes[id];
  }
  return loads;
}

// Holds a result against what is physically possible. Of spread messages a link may have carried a
// few bytes (`rounding`, by link) more than its exact share.
void audit(const CollectiveRun& run, std::span<const Bytes> rounding, CollectiveResult& result) {
  const auto allowed = static_cast<double>(result.time.count()) * (1 + kFluidSlack) + 1;
  if (run.network->contention) {
    ensure(static_cast<double>(result.bound.time.count()) <= allowed,
           "a simulated time is below its lower bound");
  }
  if (!result.bottleneck) return;
  Duration busy = result.bottleneck->busy;
  if (!rounding.empty()) {
    const LinkId link = result.bottleneck->link;
    busy -= busy_time(run.cluster->topology.link(link), rounding[link]);
  }
  if (static_cast<double>(busy.count()) <= allowed) return;
  ensure(!run.network->contention, "a link carried more than its bandwidth allows");
  result.warnings.push_back(fmt::format(
      "{} shares no links: link {} would need {} for its bytes, more than the whole run of {}; "
      "fair_share and link_fifo model that",
      run.network->name, result.bottleneck->name, to_text(result.bottleneck->busy),
      to_text(result.time)));
}

// Whether the collective and its size alone say who must get how much.
bool says_what_is_sent(const CollectiveCall& call) {
  return call.kind != CollectiveKind::kSendRecv && call.matrix.empty();
}

// Adds what the codecs did, for which the call is run once more without them.
void add_coding(const CollectiveRun& run, const CollectiveCall& call, CollectiveResult& result) {
  const Compression& compression = *run.compression;
  CollectiveRun plain = run;
  plain.compression = nullptr;
  CodedResult coded{.coding = coding_time(*run.algorithm, call, compression.coding)};
  const Bytes wire = wire_size(compression.coding, call.size, call.element);
  if (wire > Bytes{0}) {
    coded.ratio = static_cast<double>(call.size.count()) / static_cast<double>(wire.count());
  }
  coded.exposed = std::max(result.time - coded.coding.both(), Duration{0});
  coded.plain = run_collective(plain, Watch::kNothing).time;
  constexpr std::int64_t kSingle = sizeof(float);
  if (compression.error_feedback) {
    const std::int64_t elements = call.size.count() / call.element.count();
    coded.feedback = Bytes{elements * kSingle};
    if (compression.coding.exchange == Exchange::kTwoShot) {
      coded.feedback += Bytes{(elements + call.layout.ranks() - 1) / call.layout.ranks() * kSingle};
    }
  }
  result.coded = coded;
  if (collective(call.kind).reduces && compression.coding.exchange != Exchange::kAllReduce) {
    result.warnings.push_back(
        fmt::format("sums by {} have a schedule of their own: the algorithm counts only for the "
                    "time without compression",
                    name_of(compression.coding.exchange)));
  }
  result.warnings.insert(result.warnings.end(), compression.notes.begin(), compression.notes.end());
}

}  // namespace

void measure_rates(const CollectiveRun& run, CollectiveResult& result) {
  if (result.time == Duration{0}) return;
  constexpr double kPicosecondsPerSecond = 1e12;
  const auto rate = [&](Bytes bytes) {
    return static_cast<double>(bytes.count()) * kPicosecondsPerSecond /
           static_cast<double>(result.time.count());
  };
  result.algbw = rate(run.call.size);
  result.busbw =
      run.call.matrix.empty()
          ? result.algbw * collective(run.call.kind).bus_factor(run.cluster->topology.rank_count())
          : rate(busiest_rank(run.call.matrix));
}

CollectiveResult run_collective(const CollectiveRun& run, Watch watch) {
  const Topology& topology = run.cluster->topology;
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  const auto program = run.compression == nullptr
                           ? run.algorithm->make(call)
                           : compressed_program(*run.algorithm, call, run.compression->coding);
  SimulationOutcome outcome = simulate_program(run, *program, watch);
  // Of an algorithm that can do with ranks alone, only the program tells.
  const bool helpers_combine =
      run.algorithm->helpers_combine && program->participants() > topology.rank_count();
  CollectiveResult result{.time = outcome.time,
                          .bound = run.compression == nullptr && says_what_is_sent(call)
                                       ? lower_bound(*run.cluster, call, helpers_combine)
                                       : traffic_bound(*run.cluster, *program),
                          .messages = outcome.messages,
                          .events = outcome.events,
                          .method = outcome.method,
                          .classes = outcome.classes,
                          .sent = outcome.sent,
                          .critical_path = outcome.critical_path,
                          .warnings = notes_on(*run.algorithm, call),
                          .timeline = std::move(outcome.timeline),
                          .link_bytes = std::move(outcome.links.bytes)};
  result.waiting = result.time - result.critical_path.transfer - result.critical_path.latency -
                   result.critical_path.compute;
  result.bottleneck = find_bottleneck(topology, result.link_bytes);
  result.media = load_by_medium(topology, result.link_bytes);
  measure_rates(run, result);
  audit(run, outcome.links.rounding, result);
  if (run.compression != nullptr && watch != Watch::kNothing) add_coding(run, call, result);
  return result;
}

}  // namespace commsim
