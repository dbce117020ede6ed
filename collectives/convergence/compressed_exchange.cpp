#include "collectives/convergence/compressed_exchange.hpp"

#include <utility>

#include "core/random.hpp"

namespace commsim::compressed_exchange_of {
namespace {

class CompressedExchange final : public GradientExchange {
 public:
  CompressedExchange(const std::vector<CodecStage>& stages, Exchange exchange, int workers,
                     bool error_feedback)
      : group_(stages, exchange, workers, error_feedback) {}

  void mean(std::span<const TensorView> gradients, std::span<float> mean) override {
    group_.mean(gradients, mean);
  }

 private:
  ExchangeGroup group_;
};

}  // namespace
}  // namespace commsim::compressed_exchange_of

namespace commsim {

ExchangeMaker compressed_exchange(std::vector<CodecStage> stages, Exchange exchange, int workers,
                                  bool error_feedback) {
  const ExchangeGroup refuses_what_is_unfit{stages, exchange, workers, error_feedback};
  return [stages = std::move(stages), exchange, workers, error_feedback](TensorShape /*shape*/,
                                                                         std::int64_t part) {
    std::vector<CodecStage> own = stages;
    for (CodecStage& stage : own) {
      stage.parameters.seed = mix(stage.parameters.seed + static_cast<std::uint64_t>(part));
      stage.parameters.rank_seed =
          mix(stage.parameters.rank_seed + static_cast<std::uint64_t>(part));
    }
    return std::make_unique<compressed_exchange_of::CompressedExchange>(own, exchange, workers,
                                                                        error_feedback);
  };
}

}  // namespace commsim
