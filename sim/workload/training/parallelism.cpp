#include "sim/workload/training/parallelism.hpp"

#include <fmt/format.h>

#include <iterator>

#include "core/error.hpp"
#include "sim/workload/training/stage_chunks.hpp"

namespace commsim::parallelism_rules {
namespace {

constexpr std::int64_t kMostRanks = 4'000'000;
constexpr std::int64_t kMostChunks = 100'000;
constexpr std::int64_t kMostBatch = 1'000'000'000;
constexpr double kMostActivations = 1e17;

void require_degree(std::string_view name, std::int64_t degree) {
  if (degree < 1 || degree > kMostRanks) {
    throw RequestError(fmt::format("{} must be from 1 to {}, not {}", name, kMostRanks, degree));
  }
}

void require_divides(std::string_view part, std::int64_t divisor, std::string_view whole,
                     std::int64_t number) {
  if (number % divisor != 0) {
    throw RequestError(fmt::format("{} {} must divide {} {}", part, divisor, whole, number));
  }
}

void validate_degrees(const Parallelism& p) {
  require_degree("data", p.data);
  require_degree("tensor", p.tensor);
  require_degree("pipeline", p.pipeline);
  require_degree("context", p.context);
  require_degree("expert", p.expert);
  require_degree("virtual_stages", p.virtual_stages);
  // Each factor is at most kMostRanks, so doubles tell what int64 could not.
  const double ranks = static_cast<double>(p.data) * static_cast<double>(p.tensor) *
                       static_cast<double>(p.pipeline) * static_cast<double>(p.context);
  if (ranks > static_cast<double>(kMostRanks)) {
    throw RequestError(fmt::format("data * tensor * pipeline * context must be at most {}, not {}",
                                   kMostRanks, ranks));
  }
  if (p.chunks() > kMostChunks) {
    throw RequestError(fmt::format("pipeline * virtual_stages must be at most {}, not {}",
                                   kMostChunks, p.chunks()));
  }
}

void validate_shares(const Parallelism& p) {
  if (std::ssize(p.shares) != p.data) {
    throw RequestError(
        fmt::format("{} numbers of micro-batches for {} replicas; legal: one for each",
                    p.shares.size(), p.data));
  }
  if (p.expert > 1) {
    throw RequestError(
        "replicas that hold each other's experts pass all micro-batches together; unequal numbers "
        "of micro-batches are legal with expert 1");
  }
  const PipelineSchedule& schedule =
      Registry<PipelineSchedule>::get(p.schedule, "pipeline schedule");
  std::int64_t samples = 0;
  for (const std::int64_t share : p.shares) {
    if (share < 1 || share > p.global_batch / p.micro_batch) {
      throw RequestError(fmt::format(
          "a replica has 1 micro-batch at least and {}, the global batch, at most, not {}",
          p.global_batch / p.micro_batch, share));
    }
    validate(schedule, {.stages = p.pipeline, .micro_batches = share, .chunks = p.virtual_stages});
    samples += share * p.micro_batch;
  }
  if (samples != p.global_batch) {
    throw RequestError(
        fmt::format("the micro-batches of all replicas hold {} sequences, and the global batch {}",
                    samples, p.global_batch));
  }
}

void validate_batch(const Parallelism& p) {
  if (p.micro_batch < 1 || p.global_batch < 1 || p.global_batch > kMostBatch ||
      p.micro_batch > kMostBatch) {
    throw RequestError(
        fmt::format("micro_batch and global_batch must be from 1 to {}, not {} and {}", kMostBatch,
                    p.micro_batch, p.global_batch));
  }
  if (!p.shares.empty()) return validate_shares(p);
  if (p.global_batch % (p.micro_batch * p.data) != 0) {
    throw RequestError(
        fmt::format("the global batch of {} must be a multiple of micro_batch * data = {} * {}",
                    p.global_batch, p.micro_batch, p.data));
  }
}

void validate_zero(const Parallelism& p) {
  if (p.shard_group == 0) return;
  if (p.zero == ZeroStage::kNone) {
    throw RequestError("shard_group divides what a ZeRO stage divides; choose stage 1, 2 or 3");
  }
  if (p.expert > 1) {
    throw RequestError("shard_group with expert parallelism is not modelled; leave it out");
  }
  if (p.shard_group < 0) {
    throw RequestError(
        fmt::format("shard_group must be from 1 to data * context, not {}", p.shard_group));
  }
  require_divides("shard_group", p.shard_group, "data * context =", p.replicas());
}

void validate_tensor(const Parallelism& p, const TransformerModel& model) {
  require_divides("tensor", p.tensor, "the heads,", model.heads);
  if (model.key_value_heads % p.tensor != 0 && p.tensor % model.key_value_heads != 0) {
    throw RequestError(fmt::format(
        "tensor {} must divide the {} heads of keys and values or be a multiple of them", p.tensor,
        model.key_value_heads));
  }
  if (!model.experts || model.experts->dense_first > 0) {
    require_divides("tensor", p.tensor, "the feed-forward width of", model.feed_forward);
  }
  if (model.experts) {
    require_divides("tensor", p.tensor, "the experts' width of", model.experts->width);
    if (p.tensor > 1 && !p.sequence_parallel) {
      throw RequestError(
          "experts with tensor parallelism need sequence_parallel, so that tensor ranks hold "
          "different tokens");
    }
  }
  if (p.sequence_parallel) {
    require_divides("tensor * context =", p.tensor * p.context, "the sequence of", model.sequence);
  }
  if (p.sequence_parallel && p.scatter_gather) {
    throw RequestError(
        "scatter_gather has no use beside sequence_parallel, which sends parts anyway");
  }
}

void validate_context(const Parallelism& p, const TransformerModel& model) {
  require_divides("context", p.context, "the sequence of", model.sequence);
  if (p.context == 1) return;
  if (model.predicted != 0) {
    throw RequestError("context must be 1 for a model that predicts a part of the tokens");
  }
  if (p.context_method == ContextMethod::kAllToAll) {
    require_divides("tensor * context =", p.tensor * p.context, "the heads of keys and values,",
                    model.key_value_heads);
  }
}

void validate_experts(const Parallelism& p, const TransformerModel& model) {
  if (p.expert == 1) return;
  if (!model.experts) {
    throw RequestError(
        fmt::format("expert must be 1 for a model without experts, not {}", p.expert));
  }
  require_divides("expert", p.expert, "the experts,", model.experts->count);
  require_divides("expert", p.expert, "data * context =", p.replicas());
}

// Whatever is computed from here on is less than this many bytes, which 63 bits hold.
void validate_size(const Parallelism& p, const TransformerModel& model) {
  constexpr double kMostBytes = 1e18;
  const auto number = [](std::int64_t n) { return static_cast<double>(n); };
  double width = 16 * number(model.hidden) + 8 * number(model.feed_forward) +
                 4 * number(model.query_width() + model.key_width() + model.value_width()) +
                 5 * number(model.heads) * number(model.sequence);
  if (const auto& experts = model.experts) {
    width += number(experts->count) +
             8 * number(experts->active + experts->shared) * number(experts->width + model.hidden);
  }
  const double tokens = number(p.micro_batches() * p.micro_batch) * number(model.sequence);
  const double bytes = number(p.precision.activation) * tokens *
                       (width * number(model.layers) + 8 * number(model.vocabulary));
  if (bytes > kMostBytes) {
    throw RequestError(
        fmt::format("the tokens of a step make about {:.1e} bytes of activations on a data rank; "
                    "at most {:.0e} "
                    "are simulated",
                    bytes, kMostBytes));
  }
}

}  // namespace
}  // namespace commsim::parallelism_rules

namespace commsim {

void validate(const Parallelism& parallelism, const TransformerModel& model) {
  using namespace parallelism_rules;
  validate(model);
  validate(parallelism.precision);
  validate_degrees(parallelism);
  // What the model cannot be divided by comes first: the number of replicas may follow from it.
  validate_tensor(parallelism, model);
  validate_context(parallelism, model);
  validate_experts(parallelism, model);
  validate_batch(parallelism);
  validate_size(parallelism, model);
  validate_zero(parallelism);
  validate(Registry<PipelineSchedule>::get(parallelism.schedule, "pipeline schedule"),
           parallelism.pipeline_shape());
  stage_chunks(parallelism, model.layers);
}

void validate(const Parallelism& parallelism, const LayerList& model) {
  using namespace parallelism_rules;
  validate(model);
  validate(parallelism.precision);
  validate_degrees(parallelism);
  validate_batch(parallelism);
  validate_zero(parallelism);
  if (!parallelism.chunk_layers.empty()) {
    throw RequestError("a list of layers has one stage; chunk_layers is for transformers");
  }
  if (parallelism.ranks() != parallelism.data || parallelism.expert > 1 ||
      parallelism.virtual_stages > 1) {
    throw RequestError(
        "a list of layers is trained with data parallelism and ZeRO only: tensor, pipeline, "
        "context, expert and virtual_stages must be 1");
  }
  if (static_cast<double>(activations(model)) * static_cast<double>(parallelism.micro_batch) >
      kMostActivations) {
    throw RequestError(fmt::format("micro_batch is so large that it keeps more than {:.0e} numbers",
                                   kMostActivations));
  }
  if (parallelism.recompute != Recompute::kNone) {
    throw RequestError("recomputation is for transformers; a list of layers keeps its activations");
  }
}

}  // namespace commsim
