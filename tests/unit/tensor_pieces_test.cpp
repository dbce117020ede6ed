// Tensor-parallel calls that travel in pieces with products.
#include <gmock/gmock.h>

#include "sim/workload/training/layer_traffic.hpp"
#include "sim/workload/training/layer_work.hpp"
#include "tests/support/four_gpus.hpp"

namespace commsim::tensor_pieces_test {
namespace {

using support::expect_refused;
using support::read;
using support::result_of;

std::vector<std::string> with(std::initializer_list<const char*> more) {
  std::vector<std::string> overrides = {
      "training.parallel={tensor: 4, data: 1, sequence_parallel: true}"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return overrides;
}

constexpr const char* kPieces = "training.overlap.tensor_pieces=true";

Duration tensor_time(const TrainingResult& result) { return result.mean.spent[Activity::kTensor]; }
Duration hidden(const TrainingResult& result) { return result.mean.hidden[Activity::kTensor]; }

// Of every call: what is left of it behind all pieces but one, and what the pieces take longer than
// the product.
Duration by_hand(const TrainingJob& job, const TrainingResult& result) {
  const auto& model = std::get<TransformerModel>(job.shape);
  const Parallelism& p = job.parallelism;
  const Roofline& roofline = job.gpus.types().front();
  const Work work = layer_forward(model, p, 0);
  Duration sum{0};
  for (const Pass pass : {Pass::kForward, Pass::kBackward}) {
    for (const TrafficItem& item : layer_calls(model, p, 0, pass)) {
      const auto product = std::ranges::find(work.products, item.product, &Product::name);
      EXPECT_NE(product, work.products.end()) << item.what;
      const auto call = std::ranges::find_if(result.calls, [&](const CallSummary& one) {
        return one.item.traffic == Traffic::kTensor && one.item.collective == item.collective;
      });
      EXPECT_NE(call, result.calls.end());
      Product piece = *product;
      piece.m /= 4;
      const Duration small = product_time(roofline, piece);
      const Duration waits = std::max(Duration{0}, call->time - 3 * small);
      const Duration left = waits + 4 * small - product_time(roofline, *product);
      sum += item.calls * std::clamp(left, Duration{0}, call->time);
    }
  }
  return model.layers * p.micro_batches() * sum;
}

TEST(TensorPieces, TakeWhatProductsDoNotCover) {
  for (const char* bandwidth : {"topology.link.bandwidth=1 GB/s", "topology.link.bandwidth=60 GB/s",
                                "topology.link.bandwidth=2000 GB/s"}) {
    const TrainingSet set = read("gpu: h100", with({kPieces, bandwidth}));
    const TrainingResult result = result_of(set);
    const Duration expected = by_hand(set.points.front().job, result);
    EXPECT_NEAR(static_cast<double>(tensor_time(result).count()),
                static_cast<double>(expected.count()), 2e-4 * static_cast<double>(expected.count()))
        << bandwidth;
  }
}

TEST(TensorPieces, ShowAndHideAllOfTheCalls) {
  const auto slow = "topology.link.bandwidth=60 GB/s";
  const TrainingResult plain = result_of("gpu: h100", with({slow}));
  const TrainingResult pieces = result_of("gpu: h100", with({slow, kPieces}));
  EXPECT_EQ(hidden(plain), Duration{0});
  EXPECT_GT(hidden(pieces), Duration{0});
  EXPECT_EQ(tensor_time(pieces) + hidden(pieces), tensor_time(plain));
  EXPECT_EQ(pieces.time + hidden(pieces), plain.time);
}

TEST(TensorPieces, OfMixedGpusAreThoseOfTheSlower) {
  const auto of = [](const char* gpus, const char* parallel) {
    return result_of(gpus, {kPieces, parallel, "topology.link.bandwidth=60 GB/s"});
  };
  constexpr auto kOthers = "gpus: [{gpu: v100_32gb, count: 2}, {gpu: a100_80gb, count: 2}]";
  for (const char* parallel : {"training.parallel={tensor: 4, data: 1, sequence_parallel: true}",
                               "training.parallel={tensor: 2, data: 2, sequence_parallel: true}"}) {
    const TrainingResult one = of(support::kHalves, parallel);
    const TrainingResult other = of(kOthers, parallel);
    EXPECT_EQ(one.time, other.time) << parallel;
    EXPECT_EQ(hidden(one), hidden(other)) << parallel;
  }
}

TEST(TensorPieces, AreOfGathersAndScattersAlone) {
  const auto summed = [](const char* more) {
    return result_of("gpu: h100",
                     {"training.parallel={tensor: 4, data: 1, sequence_parallel: false}", more});
  };
  EXPECT_EQ(summed(kPieces).time, summed("training.overlap.tensor_pieces=false").time);
}

TEST(TensorPieces, SayHowMuchIsHidden) {
  expect_refused("gpu: h100", "how much is hidden follows from the pieces",
                 with({kPieces, "training.overlap.tensor_hidden=0.5"}));
}

TEST(TensorPieces, HideAsMuchAsAPartThatIsTold) {
  const TrainingResult plain = result_of("gpu: h100", with({}));
  const TrainingResult half = result_of("gpu: h100", with({"training.overlap.tensor_hidden=0.5"}));
  EXPECT_NEAR(static_cast<double>(hidden(half).count()),
              static_cast<double>(tensor_time(plain).count()) / 2, 1e6);
  EXPECT_EQ(tensor_time(half) + hidden(half), tensor_time(plain));
}

}  // namespace
}  // namespace commsim::tensor_pieces_test
