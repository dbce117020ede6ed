#include "sim/workload/training/gpu_fleet.hpp"

#include <algorithm>
#include <iterator>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {

void GpuFleet::add(const Roofline& roofline, std::int64_t count) {
  const auto place = std::ranges::find(types_, roofline);
  const auto type = static_cast<std::size_t>(std::distance(types_.begin(), place));
  if (place == types_.end()) types_.push_back(roofline);
  groups_.push_back({.type = type, .count = count});
}

std::int64_t GpuFleet::ranks() const {
  std::int64_t sum = 0;
  for (const GpuGroup& group : groups_) sum += group.count;
  return sum;
}

std::vector<std::size_t> GpuFleet::types_of(std::int64_t ranks) const {
  std::vector<std::size_t> types;
  types.reserve(index(ranks));
  if (groups_.empty()) types.assign(index(ranks), 0);
  ensure(groups_.empty() || this->ranks() >= ranks, "every rank has a GPU");
  for (const GpuGroup& group : groups_) {
    const std::int64_t own = std::min(group.count, ranks - std::ssize(types));
    types.insert(types.end(), index(own), group.type);
  }
  return types;
}

std::vector<std::int64_t> GpuFleet::counts(std::int64_t ranks) const {
  std::vector<std::int64_t> counts(types_.size(), 0);
  if (groups_.empty()) counts.front() = ranks;
  std::int64_t left = ranks;
  for (const GpuGroup& group : groups_) {
    const std::int64_t own = std::min(group.count, left);
    counts[group.type] += own;
    left -= own;
  }
  return counts;
}

}  // namespace commsim
