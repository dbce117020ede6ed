#include "sim/workload/folding.hpp"

#include <algorithm>
#include <vector>

#include "core/index.hpp"
#include "topology/analysis/symmetry.hpp"

namespace commsim {
namespace {

// Ascending.
std::vector<Rank> divisors(Rank n) {
  std::vector<Rank> small;
  std::vector<Rank> large;
  for (Rank d = 1; std::int64_t{d} * d <= n; ++d) {
    if (n % d != 0) continue;
    small.push_back(d);
    if (d != n / d) large.push_back(n / d);
  }
  small.insert(small.end(), large.rbegin(), large.rend());
  return small;
}

class Search {
 public:
  Search(const Topology& topology, const Program& program)
      : topology_(topology), program_(program), image_(index(program.participants())) {}

  // Blocks get smaller, so that each shift moves what those before it left in place.
  std::vector<Symmetry> run() {
    Rank block = program_.participants();
    while (block > 1) {
      auto found = largest_within(block);
      if (!found) break;
      block = found->shift.step;
      symmetries_.push_back(*std::move(found));
    }
    return std::move(symmetries_);
  }

 private:
  // The symmetry that moves the largest blocks of at most `block` ranks by the least.
  std::optional<Symmetry> largest_within(Rank block) {
    const std::vector<Rank> periods = divisors(block);
    for (auto period = periods.rbegin(); period != periods.rend(); ++period) {
      for (const Rank step : divisors(*period)) {
        const RankShift shift{.period = *period, .step = step};
        if (step == *period || !keeps_groups(shift) || !keeps_program(shift)) continue;
        if (auto images = link_images(topology_, shift)) {
          return Symmetry{.shift = shift, .images = *std::move(images)};
        }
      }
    }
    return std::nullopt;
  }

  // Whether neighbours in a server or a pod stay together: most shifts fail that within a few
  // ranks.
  bool keeps_groups(const RankShift& shift) const {
    for (Rank r = 0; r + 1 < topology_.rank_count(); ++r) {
      const Device& a = device(r);
      const Device& b = device(r + 1);
      const Device& c = device(shift(r));
      const Device& d = device(shift(r + 1));
      if ((a.server == b.server) != (c.server == d.server)) return false;
      if ((a.pod == b.pod) != (c.pod == d.pod)) return false;
    }
    return true;
  }
  [[nodiscard]] const Device& device(Rank r) const {
    return topology_.device(topology_.device_of(r));
  }

  bool keeps_program(const RankShift& shift) {
    for (Rank r = 0; r < program_.participants(); ++r) image_[index(r)] = shift(r);
    return program_.looks_like(program_, image_);
  }

  const Topology& topology_;
  const Program& program_;
  std::vector<Rank> image_;
  std::vector<Symmetry> symmetries_;
};

// Whether there is more to simulate than to search.
bool is_worth_folding(const Topology& topology, const Program& program) {
  std::int64_t messages = 0;
  Step step;
  step.ignore_data();
  for (int lane = 0; lane < program.lanes(); ++lane) {
    const std::int64_t steps = program.steps(0, lane);
    if (steps == 0) continue;
    step.clear();
    program.step(0, lane, 0, step);
    messages += steps * std::max<std::int64_t>(1, static_cast<std::int64_t>(step.sends().size()));
  }
  // A search looks at every link a few times, a message costs as much as a few links.
  return messages * program.participants() > static_cast<std::int64_t>(topology.links().size());
}

LinkId refuse_to_choose(const RoutingChoice& /*choice*/) { throw CannotFold(); }

}  // namespace

std::optional<Fold> find_fold(const Topology& topology, const Program& program,
                              const RoutingPolicy& routing, std::int64_t connections) {
  const bool alike = routing.symmetric || routing.choose != nullptr;
  const bool several = routing.connects && connections > 1;
  if (!alike || several || routing.adaptive || program.participants() != topology.rank_count()) {
    return std::nullopt;
  }
  const std::vector<Symmetry> symmetries = Search(topology, program).run();
  if (symmetries.empty()) return std::nullopt;
  return fold_by(topology.rank_count(), symmetries);
}

RoutingPolicy without_choice(const RoutingPolicy& policy) {
  RoutingPolicy result = policy;
  if (result.choose != nullptr) result.choose = refuse_to_choose;
  return result;
}

SimulationOutcome simulate_folded(const NetworkModel& network, const SimulationInput& input) {
  if (input.watch == Watch::kTimeline || !is_worth_folding(input.topology, input.program)) {
    return network.simulate(input);
  }
  const auto fold = find_fold(input.topology, input.program, input.routing, input.connections);
  if (!fold) return network.simulate(input);
  const RoutingPolicy routing = without_choice(input.routing);
  try {
    return network.simulate({.topology = input.topology,
                             .program = input.program,
                             .routing = routing,
                             .seed = input.seed,
                             .switching = input.switching,
                             .watch = input.watch,
                             .endpoints = input.endpoints,
                             .connections = input.connections,
                             .static_routes = input.static_routes,
                             .limits = input.limits,
                             .method = input.method,
                             .fold = &*fold});
  } catch (const CannotFold&) {
    return network.simulate(input);
  }
}

}  // namespace commsim
