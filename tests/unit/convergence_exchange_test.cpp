#include <gmock/gmock.h>

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "collectives/convergence/aggregation.hpp"
#include "collectives/convergence/gradient_exchange.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim::convergence_exchange_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using Vector = std::vector<float>;

Vector mean_of(GradientExchange& exchange, const std::vector<Vector>& gradients) {
  std::vector<TensorView> views;
  views.reserve(gradients.size());
  for (const Vector& gradient : gradients) views.push_back(TensorView::vector(gradient));
  Vector mean(gradients.front().size(), std::numeric_limits<float>::quiet_NaN());
  exchange.mean(views, mean);
  return mean;
}

const std::vector<TensorShape> kLayers = {
    {.rows = 3, .columns = 4}, {.rows = 1, .columns = 5}, {.rows = 1, .columns = 1}};

std::vector<Vector> random_gradients(std::size_t workers) {
  Random random{5};
  std::vector<Vector> all(workers, Vector(18));
  for (Vector& gradient : all) {
    for (float& value : gradient) value = static_cast<float>(random.unit() - 0.5);
  }
  return all;
}

// What is asked of exchanges, by their part: the shapes at their making and at their call.
struct Log {
  std::vector<std::pair<TensorShape, std::int64_t>> made;
  std::vector<TensorShape> called;
};

class LoggingExchange final : public GradientExchange {
 public:
  explicit LoggingExchange(Log& log) : log_(log) {}
  void mean(std::span<const TensorView> gradients, std::span<float> mean) override {
    for (const TensorView& gradient : gradients) {
      EXPECT_EQ(gradient.shape.elements(), static_cast<std::int64_t>(gradient.values.size()));
      EXPECT_EQ(gradient.values.size(), mean.size());
    }
    log_.called.push_back(gradients.front().shape);
    ExactExchange{}.mean(gradients, mean);
  }

 private:
  Log& log_;
};

ExchangeMaker logging(Log& log) {
  return [&log](TensorShape shape, std::int64_t part) {
    log.made.emplace_back(shape, part);
    return std::make_unique<LoggingExchange>(log);
  };
}

TEST(Aggregation, RefusesUnknownNamesAndSaysWhichAreLegal) {
  EXPECT_THAT([] { return aggregation_of("blockwise"); },
              ThrowsMessage<RequestError>(AllOf(HasSubstr("blockwise"), HasSubstr("block_wise"))));
}

TEST(Aggregation, RefusesBlocksOfNothing) {
  EXPECT_THROW(aggregate({.cut = GradientCut::kBlocks, .block = 0}, kLayers, {1}, exact_exchange()),
               RequestError);
}

TEST(Aggregation, HasTheDocumentedNames) {
  EXPECT_THAT(aggregation_names(), ElementsAre("mean", "weighted", "block_wise", "layer_wise"));
  EXPECT_EQ(aggregation_of("mean").cut, GradientCut::kWhole);
  EXPECT_FALSE(aggregation_of("mean").weighted);
  EXPECT_TRUE(aggregation_of("weighted").weighted);
  EXPECT_EQ(aggregation_of("block_wise").cut, GradientCut::kBlocks);
  EXPECT_EQ(aggregation_of("layer_wise").cut, GradientCut::kLayers);
}

TEST(ExactExchange, RoundsTheMeanOnce) {
  ExactExchange exchange;
  EXPECT_THAT(mean_of(exchange, {{1, 0x1p24F, 3}, {2, 1, -3}, {6, 1, 0}}),
              ElementsAre(3, static_cast<float>((0x1p24 + 2) / 3), 0));
}

TEST(Aggregation, ExchangesTheWholeGradientAsOneVector) {
  Log log;
  const auto exchange = aggregate(aggregation_of("mean"), kLayers, {1, 1}, logging(log));
  mean_of(*exchange, random_gradients(2));
  EXPECT_THAT(log.called, ElementsAre(TensorShape{1, 18}));
}

TEST(Aggregation, ExchangesEachLayerInItsShapeWithAnExchangeOfItsOwn) {
  Log log;
  const auto exchange = aggregate(aggregation_of("layer_wise"), kLayers, {1, 1}, logging(log));
  EXPECT_THAT(log.made, ElementsAre(std::pair(kLayers[0], 0), std::pair(kLayers[1], 1),
                                    std::pair(kLayers[2], 2)));
  mean_of(*exchange, random_gradients(2));
  EXPECT_EQ(log.called, kLayers);
}

TEST(Aggregation, ExchangesBlocksAndWhatIsLeft) {
  Log log;
  const auto exchange =
      aggregate({.cut = GradientCut::kBlocks, .block = 8}, kLayers, {1, 1}, logging(log));
  mean_of(*exchange, random_gradients(2));
  EXPECT_THAT(log.called, ElementsAre(TensorShape{1, 8}, TensorShape{1, 8}, TensorShape{1, 2}));
}

TEST(Aggregation, IsTheMeanHoweverTheGradientIsCutIfNothingIsLost) {
  const auto gradients = random_gradients(3);
  ExactExchange exact;
  const Vector mean = mean_of(exact, gradients);
  for (Aggregation aggregation : {aggregation_of("mean"), aggregation_of("block_wise"),
                                  aggregation_of("layer_wise"), aggregation_of("weighted")}) {
    for (const std::int64_t block : {1, 7, 18, 1000}) {
      aggregation.block = block;
      const auto exchange = aggregate(aggregation, kLayers, {10, 10, 10}, exact_exchange());
      EXPECT_EQ(mean_of(*exchange, gradients), mean);
    }
  }
}

TEST(Aggregation, CountsGradientsByTheirSamples) {
  const std::vector<TensorShape> layers = {{.rows = 1, .columns = 2}};
  const auto exchange = aggregate(aggregation_of("weighted"), layers, {1, 3}, exact_exchange());
  EXPECT_THAT(mean_of(*exchange, {{4, -8}, {8, 0}}), ElementsAre(7, -2));
}

}  // namespace
}  // namespace commsim::convergence_exchange_test
