// Bytes of the kernels of a layer beside its products, counted one by one, in bytes for each number
// of a hidden state.
#include <gtest/gtest.h>

#include "sim/workload/training/layer_work.hpp"

namespace commsim::layer_streams_test {
namespace {

constexpr std::int64_t kHidden = 1024;
constexpr std::int64_t kHeads = 16;
constexpr std::int64_t kSequence = 2048;
constexpr std::int64_t kScores = kHeads * kSequence / kHidden;

// A number has two bytes, a mask one.
std::int64_t each(const Work& work) { return work.streamed() / (kSequence * kHidden); }

TransformerModel model() { return gpt_model(4, kHidden, kHeads, kSequence, 51200); }

constexpr std::int64_t kNorms = 2 * (2 + 2);
constexpr std::int64_t kResiduals = 2 * (2 + 2 + 2 + 1);
constexpr std::int64_t kActivation = 2 * (4 + 4);

TEST(LayerStreams, OfFusedAttentionAreNormsResidualsAndTheActivation) {
  EXPECT_EQ(each(layer_forward(model(), {}, 0)), kNorms + kResiduals + kActivation);
  EXPECT_EQ(each(layer_backward(model(), {}, 0)), 2 * (kNorms + kResiduals + kActivation));
}

TEST(LayerStreams, OfAttentionInKernelsAddBiasesSoftmaxDropoutAndATransposition) {
  const Parallelism kernels{.fused_attention = false};
  const std::int64_t softmax = (1 + 2) * kScores;  // reads below the diagonal
  const std::int64_t dropout = (2 + 2 + 1) * kScores;
  EXPECT_EQ(each(layer_forward(model(), kernels, 0)),
            kNorms + kResiduals + kActivation + 2 * (3 + 3) + 2 * (1 + 1) + softmax + dropout);
  const std::int64_t softmax_back = (1 + 1 + 2) * kScores;
  EXPECT_EQ(each(layer_backward(model(), kernels, 0)), 2 * (kNorms + kResiduals + kActivation) +
                                                           2 * (3 + 3 + 3) + 2 * (1 + 1) +
                                                           softmax_back + dropout);
}

TEST(LayerStreams, WithoutBiasesOnlyJoinGradients) {
  TransformerModel plain = model();
  plain.biases = false;
  const Parallelism kernels{.fused_attention = false};
  EXPECT_EQ(each(layer_forward(model(), kernels, 0)) - each(layer_forward(plain, kernels, 0)),
            2 * (3 + 3));
  EXPECT_EQ(each(layer_backward(model(), kernels, 0)) - each(layer_backward(plain, kernels, 0)),
            2 * 3);
}

}  // namespace
}  // namespace commsim::layer_streams_test
