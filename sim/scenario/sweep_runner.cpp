#include "sim/scenario/sweep_runner.hpp"

#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/ordered_work.hpp"
#include "sim/scenario/result_archive.hpp"

namespace commsim {

std::size_t SweepRunner::run(
    const ScenarioSet& set,
    const std::function<void(const ScenarioPoint&, CollectiveResult)>& row) const {
  // Pointers, since there may be many points, and few results wait at a time.
  std::vector<std::unique_ptr<SettledPoint>> results(set.points.size());
  const auto keep = [&](std::size_t i, SettledPoint done) {
    results[i] = std::make_unique<SettledPoint>(std::move(done));
  };
  const OrderedWork work{
      .jobs = jobs,
      .stop = stop,
      .progress = progress,
      .elsewhere = {.workers = workers,
                    .request = [&](std::size_t i) { return std::to_string(first + i); },
                    .received =
                        [&](std::size_t i, const std::string& answer) {
                          keep(i, unpacked(answer, set.points[i]));
                        }}};
  return work.run(
      set.points.size(), [&](std::size_t i) { keep(i, settled(set.points[i], watch)); },
      [&](std::size_t i) {
        const auto done = std::move(results[i]);
        const ScenarioPoint& asked = set.points[i];
        row(asked.run.algorithm == nullptr ? done->point : asked, std::move(done->result));
      });
}

}  // namespace commsim
