#include "sim/workload/training/model_flops.hpp"

#include "sim/workload/training/end_work.hpp"
#include "sim/workload/training/layer_work.hpp"

namespace commsim {
namespace whole_model {
namespace {

// The degrees with which nothing is divided, skipped or computed again.
Parallelism whole(Recompute recompute) {
  Parallelism parallelism;
  parallelism.fused_attention = false;
  parallelism.recompute = recompute;
  return parallelism;
}

}  // namespace
}  // namespace whole_model

double hardware_flops(const TransformerModel& model, Recompute recompute) {
  const Parallelism parallelism = whole_model::whole(recompute);
  double flops =
      head_forward(model, parallelism).flops() + head_backward(model, parallelism).flops();
  for (std::int64_t layer = 0; layer < model.layers; ++layer) {
    flops += layer_forward(model, parallelism, layer).flops() +
             layer_backward(model, parallelism, layer).flops();
  }
  return flops;
}

double model_flops(const TransformerModel& model) {
  return hardware_flops(model, Recompute::kNone);
}

}  // namespace commsim
