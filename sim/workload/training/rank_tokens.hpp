// Tokens of a micro-batch on one rank.
#pragma once

#include <cstdint>

#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// Of degrees that have been validated.
struct RankTokens {
  RankTokens(const TransformerModel& model, const Parallelism& parallelism)
      : of_sequence(model.sequence / parallelism.context),
        all(parallelism.micro_batch * of_sequence),
        own(parallelism.sequence_parallel ? all / parallelism.tensor : all),
        predicted(parallelism.micro_batch * model.predicted_tokens() / parallelism.context) {}

  std::int64_t of_sequence;  ///< of one sequence: context ranks divide it
  std::int64_t all;          ///< that its matrices see
  std::int64_t own;          ///< outside of matrices: tensor ranks divide them, if they do
  std::int64_t predicted;    ///< that its vocabulary head sees
};

}  // namespace commsim
