#include "sim/workload/training/parallel_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim::parallel_grid {
namespace {

constexpr std::array<std::string_view, 5> kAxisNames = {"tp", "cp", "ep", "dp", "pp"};

std::string_view name_of(Axis axis) { return kAxisNames.at(static_cast<std::size_t>(axis)); }

std::optional<Axis> axis_named(std::string_view name) {
  const auto* const found = std::find(kAxisNames.begin(), kAxisNames.end(), name);
  if (found == kAxisNames.end()) return std::nullopt;
  return static_cast<Axis>(found - kAxisNames.begin());
}

[[noreturn]] void refuse_order(std::string_view text) {
  throw RequestError(fmt::format(
      "'{}' is no order of axes: tp, cp, ep, dp and pp, each once, such as tp-cp-ep-dp-pp", text));
}

}  // namespace
}  // namespace commsim::parallel_grid

namespace commsim {

AxisOrder parse_axis_order(std::string_view text) {
  AxisOrder order{};
  std::array<bool, 5> seen{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t end = rest.find('-');
    if ((end == std::string_view::npos) != (i + 1 == order.size()))
      parallel_grid::refuse_order(text);
    const auto axis = parallel_grid::axis_named(rest.substr(0, end));
    if (!axis || seen.at(static_cast<std::size_t>(*axis))) parallel_grid::refuse_order(text);
    seen.at(static_cast<std::size_t>(*axis)) = true;
    order.at(i) = *axis;
    if (end != std::string_view::npos) rest.remove_prefix(end + 1);
  }
  return order;
}

std::string to_text(const AxisOrder& order) {
  std::string text;
  for (const Axis axis : order) {
    if (!text.empty()) text += '-';
    text += parallel_grid::name_of(axis);
  }
  return text;
}

std::string_view to_text(GroupKind kind) {
  constexpr std::array<std::string_view, 10> names = {
      "tensor", "context",         "data",     "replicas", "shard", "shard replicas",
      "expert", "expert replicas", "pipeline", "ends"};
  return names.at(static_cast<std::size_t>(kind));
}

ParallelGrid::ParallelGrid(const Parallelism& parallelism, const AxisOrder& order)
    : ranks_(static_cast<Rank>(parallelism.ranks())), shards_(parallelism.shards()) {
  tensor_.size = parallelism.tensor;
  context_.size = parallelism.context;
  data_.size = parallelism.data;
  pipeline_.size = parallelism.pipeline;
  expert_.size = parallelism.expert;
  expert_replica_.size = parallelism.expert_replicas();
  Dimension expert_tensor{.size = parallelism.tensor};
  Dimension expert_pipeline{.size = parallelism.pipeline};
  Dimension none;
  std::int64_t stride = 1;
  std::int64_t expert_stride = 1;
  const auto lay = [](Dimension& dimension, std::int64_t& next) {
    dimension.stride = next;
    next *= dimension.size;
  };
  for (const Axis axis : order) {
    switch (axis) {
      case Axis::kTensor:
        lay(tensor_, stride);
        lay(expert_tensor, expert_stride);
        break;
      case Axis::kContext:
        lay(context_, stride);
        break;
      case Axis::kExpert:
        lay(expert_, expert_stride);
        break;
      case Axis::kData:
        lay(data_, stride);
        lay(expert_replica_, expert_stride);
        break;
      case Axis::kPipeline:
        lay(pipeline_, stride);
        lay(expert_pipeline, expert_stride);
        break;
    }
  }
  const auto differ = [](const Dimension& a, const Dimension& b) {
    return a.size > 1 && a.stride != b.stride;
  };
  if (parallelism.expert > 1 &&
      (differ(tensor_, expert_tensor) || differ(pipeline_, expert_pipeline))) {
    throw RequestError(fmt::format(
        "in the order {} a rank would be in another stage, or hold another part of matrices, for "
        "experts than for other layers; in tp-cp-ep-dp-pp it is not",
        to_text(order)));
  }
}

std::int64_t ParallelGrid::replica(Rank rank) const {
  const std::int64_t context = context_.place(rank);
  const std::int64_t data = data_.place(rank);
  return context_.stride < data_.stride ? context + data * context_.size
                                        : data + context * data_.size;
}

GridPlace ParallelGrid::place(Rank rank) const {
  return {.tensor = tensor_.place(rank),
          .context = context_.place(rank),
          .data = data_.place(rank),
          .pipeline = pipeline_.place(rank),
          .expert = expert_.place(rank),
          .expert_replica = expert_.size > 1 ? expert_replica_.place(rank) : replica(rank)};
}

Rank ParallelGrid::rank(const GridPlace& place) const {
  return static_cast<Rank>(place.tensor * tensor_.stride + place.context * context_.stride +
                           place.data * data_.stride + place.pipeline * pipeline_.stride);
}

std::vector<ParallelGrid::Dimension> ParallelGrid::dimensions(GroupKind kind) const {
  switch (kind) {
    case GroupKind::kTensor:
      return {tensor_};
    case GroupKind::kContext:
      return {context_};
    case GroupKind::kData:
      return {data_};
    case GroupKind::kReplicas:
    case GroupKind::kShard:
    case GroupKind::kShardReplicas:
      return {context_, data_};
    case GroupKind::kExpert:
      return {expert_};
    case GroupKind::kExpertReplicas:
      if (expert_.size == 1) return {context_, data_};
      return {expert_replica_};
    case GroupKind::kPipeline:
    case GroupKind::kEnds:
      return {pipeline_};
  }
  return {};
}

Rank ParallelGrid::group_size(GroupKind kind) const {
  std::int64_t size = 1;
  for (const auto& dimension : dimensions(kind)) size *= dimension.size;
  if (kind == GroupKind::kShard) return static_cast<Rank>(shards_);
  if (kind == GroupKind::kShardReplicas) return static_cast<Rank>(size / shards_);
  if (kind == GroupKind::kEnds) return static_cast<Rank>(std::min<std::int64_t>(size, 2));
  return static_cast<Rank>(size);
}

// All ranks that differ from this one along the kind's axes only.
std::vector<Rank> ParallelGrid::whole_group(GroupKind kind, Rank rank) const {
  std::vector<std::int64_t> members = {rank};
  for (const Dimension& dimension : dimensions(kind)) {
    std::vector<std::int64_t> wider;
    for (const std::int64_t member : members) {
      const std::int64_t first = member - dimension.place(rank) * dimension.stride;
      for (std::int64_t i = 0; i < dimension.size; ++i) {
        wider.push_back(first + i * dimension.stride);
      }
    }
    members = std::move(wider);
  }
  std::sort(members.begin(), members.end());
  return {members.begin(), members.end()};
}

std::vector<Rank> ParallelGrid::group(GroupKind kind, Rank rank) const {
  ensure(rank >= 0 && rank < ranks_, "a rank of the grid");
  const std::vector<Rank> whole = whole_group(kind, rank);
  const auto own = std::lower_bound(whole.begin(), whole.end(), rank) - whole.begin();
  std::vector<Rank> members;
  for (std::int64_t i = 0; i < std::ssize(whole); ++i) {
    const bool first_or_last = i == 0 || i + 1 == std::ssize(whole);
    if (kind == GroupKind::kShard && i / shards_ != own / shards_) continue;
    if (kind == GroupKind::kShardReplicas && i % shards_ != own % shards_) continue;
    if (kind == GroupKind::kEnds && !first_or_last) continue;
    members.push_back(whole[index(i)]);
  }
  return members;
}

std::vector<std::vector<Rank>> ParallelGrid::groups(GroupKind kind) const {
  std::vector<std::vector<Rank>> all;
  std::vector<bool> seen(index(ranks_));
  for (Rank rank = 0; rank < ranks_; ++rank) {
    if (seen[index(rank)]) continue;
    std::vector<Rank> members = group(kind, rank);
    if (seen[index(members.front())]) continue;  // between the ends of a pipeline
    for (const Rank member : members) seen[index(member)] = true;
    all.push_back(std::move(members));
  }
  return all;
}

}  // namespace commsim
