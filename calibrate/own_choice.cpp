#include "calibrate/own_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "calibrate/profile.hpp"

namespace commsim::own_choice {
namespace {

using Key = std::tuple<std::string, int, int, std::string, std::string, std::string>;

Key key_of(const MeasuredRun& run) {
  return {run.collective, run.ranks, run.nodes, data_type_name(run.dtype), run.device, run.version};
}

int forced(const MeasuredRun& run) {
  const bool choice = !run.algorithm.empty() || !run.protocol.empty();
  return (choice ? 2 : 0) + (is_other_reduction(run.redop) ? 1 : 0);
}

}  // namespace
}  // namespace commsim::own_choice

namespace commsim {

void keep_own_choice(Measurements& measurements) {
  std::map<own_choice::Key, int> least;
  for (const MeasuredRun& run : measurements.runs) {
    const auto [place, fresh] = least.try_emplace(own_choice::key_of(run), own_choice::forced(run));
    place->second = std::min(place->second, own_choice::forced(run));
  }
  const auto left = std::erase_if(measurements.runs, [&](const MeasuredRun& run) {
    return own_choice::forced(run) > least.at(own_choice::key_of(run));
  });
  if (left == 0) return;
  measurements.notes.push_back(
      fmt::format("{}: {} runs of a forced algorithm or another reduction than the sum are left "
                  "out, as a scenario cannot ask for them",
                  measurements.file, left));
}

}  // namespace commsim
