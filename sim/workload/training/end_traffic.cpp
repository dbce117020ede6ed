#include "sim/workload/training/end_traffic.hpp"

namespace commsim::end_traffic {
namespace {

constexpr std::int64_t kSinglePrecision = 4;

// Of a micro-batch between layers, on all tensor ranks together.
Bytes activations(const TransformerModel& model, const Parallelism& parallelism) {
  const std::int64_t tokens = parallelism.micro_batch * (model.sequence / parallelism.context);
  return Bytes{tokens} * model.hidden * parallelism.precision.activation;
}

class EndCalls {
 public:
  explicit EndCalls(const Parallelism& parallelism) : parallelism_(parallelism) {}

  void among_tensor_ranks(std::string_view what, CollectiveKind collective, Bytes size,
                          std::int64_t calls = 1, Traffic traffic = Traffic::kVocabulary) {
    if (parallelism_.tensor < 2 || size == Bytes{}) return;
    items_.push_back({.traffic = traffic,
                      .what = what,
                      .collective = collective,
                      .group = GroupKind::kTensor,
                      .ranks = parallelism_.tensor,
                      .size = size,
                      .calls = calls});
  }
  std::vector<TrafficItem> items() && { return std::move(items_); }

 private:
  const Parallelism& parallelism_;
  std::vector<TrafficItem> items_;
};

}  // namespace
}  // namespace commsim::end_traffic

namespace commsim {

using namespace end_traffic;

std::vector<TrafficItem> embedding_calls(const TransformerModel& model,
                                         const Parallelism& parallelism, Pass pass) {
  EndCalls calls(parallelism);
  const Bytes size = activations(model, parallelism);
  constexpr std::string_view what = "embedding";
  if (pass == Pass::kForward) {
    calls.among_tensor_ranks(
        what,
        parallelism.sequence_parallel ? CollectiveKind::kReduceScatter : CollectiveKind::kAllReduce,
        size);
  } else if (parallelism.sequence_parallel) {
    calls.among_tensor_ranks(what, CollectiveKind::kAllGather, size);
  }
  return std::move(calls).items();
}

std::vector<TrafficItem> head_calls(const TransformerModel& model, const Parallelism& parallelism,
                                    Pass pass) {
  EndCalls calls(parallelism);
  const std::int64_t predicted =
      parallelism.micro_batch * model.predicted_tokens() / parallelism.context;
  if (parallelism.sequence_parallel) {
    const Bytes size = activations(model, parallelism);
    calls.among_tensor_ranks("head", CollectiveKind::kAllGather, size);
    if (pass == Pass::kBackward) {
      calls.among_tensor_ranks("head", CollectiveKind::kReduceScatter, size);
    }
  } else if (pass == Pass::kBackward) {
    calls.among_tensor_ranks("head", CollectiveKind::kAllReduce,
                             Bytes{predicted} * model.hidden * parallelism.precision.activation);
  }
  if (pass == Pass::kForward) {
    calls.among_tensor_ranks("loss", CollectiveKind::kAllReduce,
                             Bytes{predicted} * kSinglePrecision, 3);
  }
  return std::move(calls).items();
}

std::vector<TrafficItem> boundary_calls(const TransformerModel& model,
                                        const Parallelism& parallelism, const StageChunk& chunk,
                                        Pass pass) {
  const bool last = pass == Pass::kForward ? chunk.head : chunk.embedding;
  if (parallelism.pipeline == 1 || last) return {};
  const bool parts = parallelism.sequence_parallel || parallelism.scatter_gather;
  const std::int64_t divisor = parts ? parallelism.tensor : 1;
  const Bytes whole = activations(model, parallelism);
  return {{.traffic = Traffic::kPipeline,
           .what = "stage boundary",
           .collective = CollectiveKind::kSendRecv,
           .group = GroupKind::kPipeline,
           .ranks = parallelism.pipeline,
           .size = Bytes{(whole.count() + divisor - 1) / divisor},
           .calls = 1}};
}

std::vector<TrafficItem> arrival_calls(const TransformerModel& model,
                                       const Parallelism& parallelism, const StageChunk& chunk,
                                       Pass pass) {
  const bool first = pass == Pass::kForward ? chunk.embedding : chunk.head;
  if (parallelism.pipeline == 1 || first || !parallelism.scatter_gather) return {};
  EndCalls calls(parallelism);
  calls.among_tensor_ranks("stage boundary", CollectiveKind::kAllGather,
                           activations(model, parallelism), 1, Traffic::kPipeline);
  return std::move(calls).items();
}

}  // namespace commsim
