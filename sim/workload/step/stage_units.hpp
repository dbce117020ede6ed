// What the ranks of a stage do in a pass: layers and ends of a model, priced and ready to be put in
// order.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "sim/workload/training/pipeline_schedule.hpp"
#include "sim/workload/training/roofline.hpp"
#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// A product of a layer, and each of as many pieces of it as there are tensor ranks, so many tokens
/// at a time.
struct CutProduct {
  Duration whole{0};
  Duration piece{0};
};
using CutProducts = std::map<std::string_view, CutProduct>;

/// One pass of one micro-batch through a unit.
struct UnitPass {
  Duration time{0};                ///< computing
  std::vector<TrafficItem> calls;  ///< that computing waits for
  CutProducts products = {};       ///< TrafficItem::product of those calls
};

/// A layer, the embedding or the head, on one rank.
struct StageUnit {
  std::int64_t layer = -1;  ///< counted from 0; -1: an end
  UnitPass forward;
  UnitPass backward;
  std::int64_t common = 0;   ///< parameters that all replicas share
  std::int64_t experts = 0;  ///< that only those with the same experts share

  [[nodiscard]] const UnitPass& pass(Pass which) const {
    return which == Pass::kForward ? forward : backward;
  }
};

/// A chunk of layers, in the order of the forward pass.
struct ChunkUnits {
  std::vector<StageUnit> units;
  std::vector<TrafficItem> forward_arrival;  ///< before the units
  std::vector<TrafficItem> backward_arrival;
  std::vector<TrafficItem> forward_departure;  ///< to the next chunk; empty: nowhere
  std::vector<TrafficItem> backward_departure;
};

struct StageUnits {
  std::vector<ChunkUnits> chunks;
  std::int64_t replicated = 0;  ///< parameters that tensor ranks hold alike
  std::int64_t tied = 0;        ///< parameters that the first and the last stage hold alike
};

/// Of every stage. The degrees have been validated. O(layers).
std::vector<StageUnits> stage_units(const TransformerModel& model, const Parallelism& parallelism,
                                    const Roofline& roofline);
/// Of a list of layers: one stage of one chunk.
std::vector<StageUnits> stage_units(const LayerList& model, const Parallelism& parallelism,
                                    const Roofline& roofline);

}  // namespace commsim
