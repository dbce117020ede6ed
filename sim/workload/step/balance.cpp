#include "sim/workload/step/balance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "core/error.hpp"
#include "sim/workload/step/balanced_layers.hpp"
#include "sim/workload/step/balanced_shares.hpp"
#include "sim/workload/step/even_parts.hpp"

namespace commsim {

void balance(TrainingJob& job) {
  Parallelism& p = job.parallelism;
  if (!job.balance.any()) return;
  if (job.balance.layers) {
    const auto* const model = std::get_if<TransformerModel>(&job.shape);
    if (model == nullptr) {
      throw RequestError("a list of layers has one stage; chunk_layers is for transformers");
    }
    if (p.chunks() > model->layers) {
      throw RequestError(fmt::format("{} layers for {} chunks; legal: one for each at least",
                                     model->layers, p.chunks()));
    }
    p.chunk_layers = even_parts(model->layers, p.chunks());
  }
  if (job.balance.shares) p.shares = even_shares(p);
  require_degrees(job);
  if (job.balance.layers) p.chunk_layers = balanced_layers(job);
  if (job.balance.shares) {
    p.shares = balanced_shares(job);
    const auto [least, most] = std::ranges::minmax(p.shares);
    if (least == most) p.shares.clear();
  }
  job.balance = {};
}

}  // namespace commsim
