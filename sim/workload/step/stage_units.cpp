#include "sim/workload/step/stage_units.hpp"

#include <array>
#include <optional>

#include "core/index.hpp"
#include "sim/workload/training/end_traffic.hpp"
#include "sim/workload/training/end_work.hpp"
#include "sim/workload/training/gradient_sums.hpp"
#include "sim/workload/training/layer_traffic.hpp"
#include "sim/workload/training/layer_work.hpp"
#include "sim/workload/training/rank_parameters.hpp"

namespace commsim::stage_units_of {
namespace {

class Units {
 public:
  Units(const TransformerModel& model, const Parallelism& parallelism, const Roofline& roofline)
      : model_(model),
        parallelism_(parallelism),
        roofline_(roofline),
        wider_(divisible(model, parallelism)) {}

  std::vector<StageUnits> of_stages() {
    std::vector<StageUnits> stages(index(parallelism_.pipeline));
    for (const StageChunk& chunk : stage_chunks(parallelism_, model_.layers)) {
      stages[index(chunk.stage)].chunks.push_back(of_chunk(chunk));
    }
    for (std::int64_t s = 0; s < parallelism_.pipeline; ++s) {
      StageUnits& stage = stages[index(s)];
      stage.replicated = stage_parameters(model_, parallelism_, s).replicated;
      if (s == 0 || s == parallelism_.pipeline - 1) {
        stage.tied = tied_parameters(model_, parallelism_);
      }
    }
    return stages;
  }

 private:
  ChunkUnits of_chunk(const StageChunk& chunk) {
    ChunkUnits units;
    if (chunk.embedding) units.units.push_back(embedding());
    for (std::int64_t i = 0; i < chunk.layers; ++i) {
      units.units.push_back(layer(chunk.first_layer + i));
    }
    if (chunk.head) units.units.push_back(head());
    units.forward_arrival = arrival_calls(model_, parallelism_, chunk, Pass::kForward);
    units.backward_arrival = arrival_calls(model_, parallelism_, chunk, Pass::kBackward);
    units.forward_departure = boundary_calls(model_, parallelism_, chunk, Pass::kForward);
    units.backward_departure = boundary_calls(model_, parallelism_, chunk, Pass::kBackward);
    return units;
  }

  // Layers differ only in whether they have experts.
  StageUnit layer(std::int64_t number) {
    auto& known = layers_[model_.has_experts(number) ? 1 : 0];
    if (!known) {
      const RankParameters own = rank_layer_parameters(model_, parallelism_, number);
      const Work forward = layer_forward(model_, parallelism_, number);
      const CutProducts cut = cut_products(forward);
      known =
          StageUnit{.forward = {work_time(roofline_, forward),
                                layer_calls(model_, parallelism_, number, Pass::kForward), cut},
                    .backward = {backward_time(layer_backward(model_, parallelism_, number), own),
                                 layer_calls(model_, parallelism_, number, Pass::kBackward), cut},
                    .common = own.common,
                    .experts = own.experts};
    }
    StageUnit unit = *known;
    unit.layer = number;
    return unit;
  }

  StageUnit embedding() {
    const RankParameters own = rank_part(embedding_parameters(wider_), parallelism_);
    return {.forward = {work_time(roofline_, embedding_forward(model_, parallelism_)),
                        embedding_calls(model_, parallelism_, Pass::kForward)},
            .backward = {backward_time(embedding_backward(model_, parallelism_), own),
                         embedding_calls(model_, parallelism_, Pass::kBackward)},
            .common = own.common,
            .experts = own.experts};
  }
  StageUnit head() {
    RankParameters own = rank_part(head_parameters(wider_), parallelism_);
    own.common += tied_parameters(model_, parallelism_);
    return {.forward = {work_time(roofline_, head_forward(model_, parallelism_)),
                        head_calls(model_, parallelism_, Pass::kForward)},
            .backward = {backward_time(head_backward(model_, parallelism_), own),
                         head_calls(model_, parallelism_, Pass::kBackward)},
            .common = own.common,
            .experts = own.experts};
  }

  // The gradient with respect to a product's input takes as long as the product.
  [[nodiscard]] CutProducts cut_products(const Work& forward) const {
    CutProducts cut;
    for (const Product& product : forward.products) {
      Product piece = product;
      piece.m = (product.m + parallelism_.tensor - 1) / parallelism_.tensor;
      cut[product.name] = {product_time(roofline_, product), product_time(roofline_, piece)};
    }
    return cut;
  }

  [[nodiscard]] Duration backward_time(Work work, const RankParameters& own) const {
    const RankParameters kept = kept_from(ZeroStage::kGradients, own, parallelism_);
    work += gradient_sums(parallelism_, kept.total());
    return work_time(roofline_, work);
  }

  const TransformerModel& model_;
  const Parallelism& parallelism_;
  const Roofline& roofline_;
  TransformerModel wider_;
  std::array<std::optional<StageUnit>, 2> layers_;
};

}  // namespace
}  // namespace commsim::stage_units_of

namespace commsim {

std::vector<StageUnits> stage_units(const TransformerModel& model, const Parallelism& parallelism,
                                    const Roofline& roofline) {
  return stage_units_of::Units(model, parallelism, roofline).of_stages();
}

std::vector<StageUnits> stage_units(const LayerList& model, const Parallelism& parallelism,
                                    const Roofline& roofline) {
  StageUnits stage;
  ChunkUnits& chunk = stage.chunks.emplace_back();
  for (const ModelLayer& layer : model.layers) {
    chunk.units.push_back(
        {.layer = std::ssize(chunk.units),
         .forward = {.time = forward_time(roofline, layer, parallelism.micro_batch)},
         .backward = {.time = backward_time(roofline, layer, parallelism.micro_batch)},
         .common = layer.parameters});
  }
  return {std::move(stage)};
}

}  // namespace commsim
