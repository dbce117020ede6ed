// Chains of codecs in the convergence experiment.
#pragma once

#include <vector>

#include "collectives/compression/exchange.hpp"
#include "collectives/convergence/gradient_exchange.hpp"

namespace commsim {

/// Makes an ExchangeGroup for each part of the gradient, with random numbers of its own. Throws
/// what ExchangeGroup throws, at once. REQUIRES: workers >= 1.
ExchangeMaker compressed_exchange(std::vector<CodecStage> stages, Exchange exchange, int workers,
                                  bool error_feedback);

}  // namespace commsim
