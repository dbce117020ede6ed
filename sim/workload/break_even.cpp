#include "sim/workload/break_even.hpp"

#include <algorithm>
#include <cmath>

#include "topology/changed_links.hpp"

namespace commsim::break_evens {
namespace {

constexpr double kMostDoublings = 20;
constexpr double kPrecision = 1e-3;  // in doublings

Bandwidth multiplied(Bandwidth bandwidth, double by) {
  const double bits = static_cast<double>(bandwidth.bits_per_second()) * by;
  constexpr double kMost = 9e18;
  return Bandwidth::bits_per_second(static_cast<std::int64_t>(std::clamp(bits, 1.0, kMost)));
}

// The factor at which `pays`, true below it and false above, changes; nothing if it does not.
template <typename Pays>
std::optional<double> turning_point(Pays pays, double high = kMostDoublings) {
  double low = -kMostDoublings;
  if (!pays(std::exp2(low)) || pays(std::exp2(high))) return std::nullopt;
  while (high - low > kPrecision) {
    const double middle = (low + high) / 2;
    (pays(std::exp2(middle)) ? low : high) = middle;
  }
  return std::exp2((low + high) / 2);
}

// What takes longer than the clock has takes longer than anything else.
Duration time_of(const CollectiveRun& run) {
  try {
    return run_collective(run, Watch::kNothing).time;
  } catch (const RequestError&) {
    return Duration::max();
  }
}

// How often all links may be doubled, until their sum is more than a topology may have.
double most_doublings(const Topology& topology) {
  constexpr double kMostBits = 4e18;
  double sum = 1;
  for (const Link& link : topology.links()) {
    sum += static_cast<double>(link.bandwidth.bits_per_second());
  }
  return std::clamp(std::log2(kMostBits / sum), 0.0, kMostDoublings);
}

bool pays(const CollectiveRun& run) {
  CollectiveRun plain = run;
  plain.compression = nullptr;
  return time_of(run) < time_of(plain);
}

Coding faster(Coding coding, double by) {
  if (coding.encode) coding.encode = multiplied(*coding.encode, by);
  if (coding.decode) coding.decode = multiplied(*coding.decode, by);
  return coding;
}

// What passes both ways in a second.
std::optional<Bandwidth> through(const Coding& coding) {
  double spent = 0;
  for (const auto& rate : {coding.encode, coding.decode}) {
    if (rate) spent += 1 / static_cast<double>(rate->bits_per_second());
  }
  if (spent == 0) return std::nullopt;
  return Bandwidth::bits_per_second(static_cast<std::int64_t>(1 / spent));
}

}  // namespace
}  // namespace commsim::break_evens

namespace commsim {

using namespace break_evens;

BreakEven break_even(const CollectiveRun& run) {
  const Compression& compression = *run.compression;
  CollectiveRun plain = run;
  plain.compression = nullptr;
  const CollectiveResult without = run_collective(plain);
  const auto with = [&](const Coding& coding) {
    Compression changed = compression;
    changed.coding = coding;
    CollectiveRun other = run;
    other.compression = &changed;
    return time_of(other) < without.time;
  };
  BreakEven found{.pays = with(compression.coding)};
  found.links = turning_point(
      [&](double by) {
        const Cluster cluster = make_cluster(with_changed_links(
            run.cluster->topology, [&](LinkSpec& spec, std::string_view /*medium*/) {
              spec.bandwidth = multiplied(spec.bandwidth, by);
            }));
        CollectiveRun other = run;
        other.cluster = &cluster;
        return pays(other);
      },
      most_doublings(run.cluster->topology));
  if (found.links && without.bottleneck) {
    const Link& link = run.cluster->topology.link(without.bottleneck->link);
    found.link = multiplied(link.bandwidth, *found.links);
  }
  const auto slower =
      turning_point([&](double by) { return with(faster(compression.coding, 1 / by)); });
  if (slower) {
    found.speed = 1 / *slower;
    found.codec = through(faster(compression.coding, *found.speed));
  }
  if (!compression.density) return found;
  const auto denser = turning_point([&](double by) {
    Coding coding = compression.coding;
    coding.bits *= by;
    return with(coding);
  });
  if (denser) found.density = *compression.density * *denser;
  if (found.density && *found.density > 1) found.density.reset();
  return found;
}

}  // namespace commsim
