#include "calibrate/probe/host/collective_shape.hpp"

#include <algorithm>

namespace commsim::probe {
namespace {

bool is_split(const std::string& collective) {
  return collective == "all_gather" || collective == "reduce_scatter" ||
         collective == "all_to_all" || collective == "gather" || collective == "scatter";
}

bool gathers(const std::string& collective) {
  return collective == "all_gather" || collective == "gather";
}

bool scatters(const std::string& collective) {
  return collective == "reduce_scatter" || collective == "scatter";
}

}  // namespace

const std::vector<std::string>& collective_names() {
  static const std::vector<std::string> names = {"all_reduce", "all_gather", "reduce_scatter",
                                                 "broadcast",  "reduce",     "all_to_all",
                                                 "gather",     "scatter",    "send_recv"};
  return names;
}

Shape shape_of(const std::string& collective, int ranks, std::uint64_t elements) {
  const std::uint64_t part = elements / static_cast<std::uint64_t>(ranks);
  const std::uint64_t count = is_split(collective) ? part : elements;
  const std::uint64_t all =
      is_split(collective) ? part * static_cast<std::uint64_t>(ranks) : elements;
  // Every rank but itself still reads what the other overwrites in these two.
  const bool in_place = collective != "all_to_all" && collective != "send_recv";
  return {gathers(collective) ? count : all, scatters(collective) ? count : all, count, in_place};
}

Offsets in_place_offsets(const std::string& collective, int rank, const Shape& shape) {
  const std::uint64_t own = static_cast<std::uint64_t>(rank) * shape.count;
  if (gathers(collective)) return {own, 0};
  if (scatters(collective)) return {0, own};
  return {0, 0};
}

std::uint64_t whole_size(const std::string& collective, int ranks, std::uint64_t size,
                         std::uint64_t element) {
  const std::uint64_t grain =
      element * (is_split(collective) ? static_cast<std::uint64_t>(ranks) : 1);
  return size / grain * grain;
}

double bus_factor(const std::string& collective, int ranks) {
  const double n = ranks;
  if (collective == "all_reduce") return 2 * (n - 1) / n;
  return is_split(collective) ? (n - 1) / n : 1;
}

}  // namespace commsim::probe
