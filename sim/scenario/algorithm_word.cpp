#include "sim/scenario/algorithm_word.hpp"

namespace commsim::algorithm_word {
namespace {

const Registration<AlgorithmWord> automatic{{
    .name = kAuto,
    .summary = "the fastest algorithm, by simulating each",
    .reference = "docs/scenario.md, Choosing algorithms",
}};

const Registration<AlgorithmWord> all{{
    .name = kAll,
    .summary = "each algorithm that accepts the call, as a list of them would",
    .reference = "docs/scenario.md, Choosing algorithms",
}};

const Registration<AlgorithmWord> profile{{
    .name = kProfile,
    .summary = "the time that was measured, from a fitted profile; nothing is simulated",
    .reference = "docs/calibration.md",
}};

const Registration<AlgorithmWord> nccl{{
    .name = kNccl,
    .summary = "the time by the model that NCCL chooses by; nothing is simulated or fitted",
    .reference = "NCCL v2.18.6 to v2.30.7, src/graph/tuning.cc; docs/model.md, NCCL's own model",
}};

const Registration<AlgorithmWord> physics{{
    .name = kPhysics,
    .summary = "what NCCL would do, simulated on links as the physics of a profile says they are",
    .reference = "docs/model.md, Calibrated physics",
}};

}  // namespace
}  // namespace commsim::algorithm_word
