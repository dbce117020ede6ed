#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "collectives/compression/model_shapes.hpp"
#include "collectives/compression/tensor_source.hpp"
#include "core/error.hpp"

namespace commsim::compression_tensor_source_test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr TensorShape kShape{.rows = 200, .columns = 300};

// The mean of |x|^power.
double moment(const std::vector<float>& values, int power) {
  double sum = 0;
  for (const float x : values) sum += std::pow(std::fabs(static_cast<double>(x)), power);
  return sum / static_cast<double>(values.size());
}

Eigen::VectorXd squared_singular_values(const Tensor& tensor) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd matrix =
      Eigen::Map<const Matrix>(tensor.values.data(), tensor.shape.rows, tensor.shape.columns)
          .cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix * matrix.transpose(),
                                                              Eigen::EigenvaluesOnly);
  return solver.eigenvalues().reverse();
}

TEST(TensorSource, RefusesUnknownKindsAndSaysWhichAreLegal) {
  EXPECT_THAT([] { return generate("norml", kShape, 1); },
              ThrowsMessage<RequestError>(AllOf(HasSubstr("norml"), HasSubstr("normal"))));
}

TEST(TensorSource, RefusesShapesBeforeItTakesMemory) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const TensorShape shape :
       {TensorShape{0, 5}, TensorShape{5, 0}, TensorShape{-1, -1}, TensorShape{kMost, kMost},
        TensorShape{2, kMostGeneratedElements}}) {
    EXPECT_THAT([&] { return generate("zeros", shape, 1); }, testing::Throws<RequestError>());
  }
}

TEST(TensorSource, HasTheDocumentedKinds) {
  EXPECT_THAT(Registry<TensorKind>::names(),
              testing::IsSupersetOf({"constant", "gradient", "heavy_tailed", "laplace", "low_rank",
                                     "normal", "zeros"}));
}

TEST(TensorSource, NamesATensorAfterItsKind) {
  for (const TensorKind* kind : Registry<TensorKind>::entries()) {
    EXPECT_EQ(generate(kind->name, {.rows = 7, .columns = 5}, 3).name, kind->name);
  }
}

TEST(TensorSource, RepeatsItselfForTheSameSeedAndOnlyForThat) {
  for (const TensorKind* kind : Registry<TensorKind>::entries()) {
    const Tensor tensor = generate(kind->name, {.rows = 7, .columns = 5}, 3);
    EXPECT_EQ(tensor.values, generate(kind->name, tensor.shape, 3).values);
    EXPECT_THAT(tensor.values, Each(testing::Truly([](float x) { return std::isfinite(x); })));
    const bool random = kind->name != "zeros" && kind->name != "constant";
    EXPECT_EQ(tensor.values != generate(kind->name, tensor.shape, 4).values, random);
  }
}

// Computed apart, from the definitions of splitmix64 and of Box and Muller.
TEST(TensorSource, GivesTheNormalNumbersOfItsSeed) {
  EXPECT_THAT(
      generate("normal", {.rows = 1, .columns = 2}, 1).values,
      ElementsAre(testing::FloatNear(-0.03426732F, 1e-6F), testing::FloatNear(-1.292609F, 1e-6F)));
}

TEST(TensorSource, HasTheMomentsOfItsDistributions) {
  const auto normal = generate("normal", kShape, 1).values;
  EXPECT_NEAR(moment(normal, 2), 1, 0.02);
  EXPECT_NEAR(moment(normal, 4), 3, 0.15);
  const auto laplace = generate("laplace", kShape, 1).values;
  EXPECT_NEAR(moment(laplace, 1), std::sqrt(0.5), 0.01);
  EXPECT_NEAR(moment(laplace, 2), 1, 0.03);
  EXPECT_NEAR(moment(laplace, 4), 6, 0.9);
}

TEST(TensorSource, HasTheTailsOfAHeavyTailedDistribution) {
  // Of Student's t with 3 degrees of freedom: E|t| = 2 sqrt(3) / pi, and P(|t| > 3.182) = 0.05.
  const auto heavy = generate("heavy_tailed", kShape, 1).values;
  EXPECT_NEAR(moment(heavy, 1), 2 * std::sqrt(3.0) / 3.14159265, 0.03);
  const auto beyond =
      std::count_if(heavy.begin(), heavy.end(), [](float x) { return std::fabs(x) > 3.182F; });
  EXPECT_NEAR(static_cast<double>(beyond) / static_cast<double>(heavy.size()), 0.05, 0.005);
}

TEST(TensorSource, IsAboutAsOftenPositiveAsNegative) {
  for (const char* kind : {"normal", "laplace", "heavy_tailed"}) {
    const auto values = generate(kind, kShape, 2).values;
    const auto positive =
        std::count_if(values.begin(), values.end(), [](float x) { return x > 0; });
    EXPECT_NEAR(static_cast<double>(positive) / static_cast<double>(values.size()), 0.5, 0.01);
  }
}

TEST(TensorSource, HasNearlyAllOfALowRankMatrixInEightDirections) {
  const Tensor tensor = generate("low_rank", kShape, 1);
  EXPECT_NEAR(moment(tensor.values, 2), 1.01, 0.2);
  const Eigen::VectorXd spectrum = squared_singular_values(tensor);
  // 10 % of noise is 1 % of the squares; 8 of 200 directions of it count as the product.
  EXPECT_NEAR(spectrum.head(8).sum() / spectrum.sum(), 0.99, 0.003);
  EXPECT_GT(spectrum(7), 20 * spectrum(8));
}

TEST(TensorSource, HasAFallingSpectrumAndRowsOfDifferentScaleInAGradient) {
  const Tensor tensor = generate("gradient", kShape, 1);
  const Eigen::VectorXd spectrum = squared_singular_values(tensor);
  EXPECT_GT(spectrum(0) / spectrum.sum(), 0.1);
  EXPECT_LT(spectrum.head(8).sum() / spectrum.sum(), 0.8);
  std::vector<double> rows;
  for (std::int64_t r = 0; r < kShape.rows; ++r) {
    const auto begin = tensor.values.begin() + r * kShape.columns;
    rows.push_back(moment({begin, begin + kShape.columns}, 1));
  }
  std::sort(rows.begin(), rows.end());
  EXPECT_GT(rows[180], 5 * rows[20]);
  EXPECT_NEAR(rows[100], 1e-3, 5e-4);
}

TEST(TensorSource, HasNothingRandomInZerosAndConstants) {
  EXPECT_THAT(generate("zeros", {.rows = 2, .columns = 2}, 1).values, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(generate("constant", {.rows = 1, .columns = 2}, 1).values, ElementsAre(0.1F, 0.1F));
}

std::int64_t parameters(std::string_view model) {
  return Registry<ModelShapes>::get(model, "model").elements();
}

// The numbers of parameters of the published models, as their authors' files have them.
TEST(ModelShapes, AddUpToThePublishedModels) {
  EXPECT_EQ(parameters("bert_base"), 109'482'240);
  EXPECT_EQ(parameters("bert_large"), 335'141'888);
  EXPECT_EQ(parameters("gpt2"), 124'439'808);
  EXPECT_EQ(parameters("gpt2_xl"), 1'557'611'200);
  EXPECT_NEAR(static_cast<double>(parameters("gpt3_13b")), 13e9, 0.2e9);
}

TEST(ModelShapes, AreTensorsThatCanBeGenerated) {
  for (const ModelShapes* model : Registry<ModelShapes>::entries()) {
    for (const ModelTensor& tensor : model->tensors) {
      EXPECT_GT(std::min({tensor.count, tensor.shape.rows, tensor.shape.columns}), 0);
      EXPECT_LE(tensor.shape.elements(), kMostGeneratedElements);
    }
  }
}

}  // namespace
}  // namespace commsim::compression_tensor_source_test
