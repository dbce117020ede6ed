// Matrices as products of few columns: against matrices whose singular values are known.
#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/normal_random.hpp"

namespace commsim::compression_low_rank_test {
namespace {

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
const std::vector<std::string_view> kBoth = {"svd", "power_sgd"};

std::unique_ptr<Reducer> make(std::string_view name, const CodecParameters& parameters = {}) {
  return Registry<Codec>::get(name, "codec").make_reducer(parameters);
}

TensorView view(const RowMatrix& matrix) {
  return {{matrix.data(), static_cast<std::size_t>(matrix.size())},
          {.rows = matrix.rows(), .columns = matrix.cols()}};
}

std::span<float> numbers(RowMatrix& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

std::vector<float> reduce(Reducer& reducer, const RowMatrix& matrix) {
  std::vector<float> kept;
  Encoded side;
  reducer.reduce(view(matrix), kept, side);
  EXPECT_TRUE(side.empty());
  return kept;
}

RowMatrix pass(Reducer& reducer, const RowMatrix& matrix) {
  RowMatrix after = RowMatrix::Constant(matrix.rows(), matrix.cols(), kNaN);
  reducer.restore(reduce(reducer, matrix), {}, view(matrix).shape, numbers(after));
  return after;
}

RowMatrix normal(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  NormalRandom random(seed);
  return RowMatrix::NullaryExpr(rows, columns, [&] { return static_cast<float>(random.next()); });
}

Eigen::MatrixXd orthonormal(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  const Eigen::MatrixXd any = normal(rows, columns, seed).cast<double>();
  return Eigen::HouseholderQR<Eigen::MatrixXd>(any).householderQ() *
         Eigen::MatrixXd::Identity(rows, columns);
}

RowMatrix with_values(Eigen::Index rows, Eigen::Index columns, const Eigen::VectorXd& values) {
  return (orthonormal(rows, values.size(), 1) * values.asDiagonal() *
          orthonormal(columns, values.size(), 2).transpose())
      .cast<float>();
}

double distance(const RowMatrix& a, const RowMatrix& b) {
  return (a.cast<double>() - b.cast<double>()).norm();
}

TEST(LowRank, RefusesARankBelowOne) {
  for (const auto name : kBoth) {
    EXPECT_THAT([&] { return make(name, {.rank = 0}); }, testing::Throws<RequestError>()) << name;
    EXPECT_THAT([&] { return make(name, {.rank = -4}); }, testing::Throws<RequestError>()) << name;
  }
}

TEST(LowRank, RefusesMessagesThatNobodyWrote) {
  const RowMatrix matrix = normal(20, 30, 1);
  RowMatrix after = matrix;
  for (const auto name : kBoth) {
    const auto reducer = make(name, {.rank = 2});
    std::vector<float> kept = reduce(*reducer, matrix);
    ASSERT_EQ(kept.size(), 2 * (20 + 30));
    const Encoded some(1);
    EXPECT_THAT([&] { return reducer->restore(kept, some, view(matrix).shape, numbers(after)); },
                testing::Throws<DecodeError>());
    kept.pop_back();
    EXPECT_THAT([&] { return reducer->restore(kept, {}, view(matrix).shape, numbers(after)); },
                testing::Throws<DecodeError>());
    kept.resize(600);
    EXPECT_THAT([&] { return reducer->restore(kept, {}, view(matrix).shape, numbers(after)); },
                testing::Throws<DecodeError>());
  }
}

TEST(LowRank, LeavesAloneWhatItWouldNotMakeSmaller) {
  for (const auto name : kBoth) {
    for (const auto& [rows, columns] : std::vector<std::pair<int, int>>{
             {1, 0}, {0, 5}, {1, 1}, {1, 1000}, {1000, 1}, {8, 8}, {4, 500}, {5, 20}}) {
      const RowMatrix matrix = normal(rows, columns, 1);
      EXPECT_EQ(pass(*make(name), matrix), matrix) << name << ' ' << rows << 'x' << columns;
    }
  }
}

TEST(LowRank, LeavesAloneWhatOfThatRankWouldBeAsMuch) {
  const RowMatrix matrix = normal(30, 30, 1);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const auto name : kBoth) {
    EXPECT_EQ(pass(*make(name, {.rank = most}), matrix), matrix) << name;
    EXPECT_EQ(reduce(*make(name, {.rank = 15}), matrix).size(), 900) << "15 (30 + 30) are as many";
    EXPECT_EQ(reduce(*make(name, {.rank = 14}), matrix).size(), 840);
  }
}

TEST(LowRank, OfZeroIsZeroAndSomethingAfterwards) {
  const RowMatrix matrix = normal(30, 40, 1);
  for (const auto name : kBoth) {
    const auto reducer = make(name);
    EXPECT_TRUE(pass(*reducer, RowMatrix::Zero(30, 40)).isZero(0)) << name;
    EXPECT_LT(distance(pass(*reducer, matrix), matrix), 0.95 * matrix.norm()) << name;
  }
}

TEST(LowRank, IsNaNThroughoutIfAnythingIsNotFiniteAndForgetsItThen) {
  const RowMatrix good = normal(30, 40, 1);
  for (const auto name : kBoth) {
    const auto reducer = make(name);
    for (const float bad : {kNaN, kInfinity, -kInfinity}) {
      RowMatrix matrix = good;
      matrix(17, 5) = bad;
      EXPECT_TRUE(pass(*reducer, matrix).array().isNaN().all()) << name;
    }
    EXPECT_LT(distance(pass(*reducer, good), good), 0.95 * good.norm()) << name;
  }
}

TEST(LowRank, DoesNotDependOnTheUnit) {
  const RowMatrix matrix = normal(30, 40, 1);
  for (const auto name : kBoth) {
    for (const float unit : {0x1p100F, 0x1p-100F}) {
      const auto small = make(name);
      const auto scaled = make(name);
      for (int call = 0; call < 3; ++call) {
        const RowMatrix expected = pass(*small, matrix) * unit;
        EXPECT_LT((pass(*scaled, matrix * unit) - expected).cwiseAbs().maxCoeff(), 1e-3F * unit)
            << name;
      }
    }
  }
}

// The shapes that take each way through the code: the smaller side by all its singular values, on
// either side, and by iteration.
TEST(TruncatedSvd, IsOffByTheSingularValuesThatItLeavesOut) {
  for (const auto& [rows, columns] :
       std::vector<std::pair<int, int>>{{60, 40}, {40, 60}, {20, 2000}, {400, 300}, {300, 400}}) {
    const Eigen::Index most = std::min(rows, columns);
    Eigen::VectorXd steep(most);
    for (Eigen::Index i = 0; i < most; ++i) steep[i] = std::pow(0.7, static_cast<double>(i));
    for (const Eigen::VectorXd& values :
         {steep, Eigen::VectorXd(Eigen::VectorXd::LinSpaced(most, 2, 1)),
          Eigen::VectorXd(Eigen::VectorXd::Ones(most))}) {
      const RowMatrix matrix = with_values(rows, columns, values);
      for (const std::int64_t rank : {1, 4, 9}) {
        const double expected = values.tail(most - rank).norm();
        EXPECT_NEAR(distance(pass(*make("svd", {.rank = rank}), matrix), matrix), expected,
                    1e-3 * expected)
            << rows << 'x' << columns << " rank " << rank;
      }
    }
  }
}

TEST(TruncatedSvd, SendsLeftVectorsTimesSingularValuesThenRightOnes) {
  const RowMatrix matrix = with_values(30, 20, Eigen::Vector3d(5, 3, 1));
  const std::vector<float> kept = reduce(*make("svd", {.rank = 2}), matrix);
  const Eigen::Map<const RowMatrix> left(kept.data(), 30, 2);
  const Eigen::Map<const RowMatrix> right(kept.data() + 60, 20, 2);
  const Eigen::Matrix2f squares = Eigen::Vector2f(25, 9).asDiagonal();
  EXPECT_TRUE((left.transpose() * left).isApprox(squares, 1e-5F));
  EXPECT_TRUE((right.transpose() * right).isIdentity(1e-5F));
}

TEST(PowerSgd, BecomesExactOnAMatrixOfItsRank) {
  const RowMatrix matrix = with_values(60, 50, Eigen::Vector4d(4, 3, 0.2, 0.1));
  const auto reducer = make("power_sgd");
  for (int call = 0; call < 3; ++call) pass(*reducer, matrix);
  EXPECT_LT(distance(pass(*reducer, matrix), matrix), 1e-5 * static_cast<double>(matrix.norm()));
}

TEST(PowerSgd, ComesToTheBestApproximationFromCallToCall) {
  Eigen::VectorXd values(40);
  for (Eigen::Index i = 0; i < 40; ++i) values[i] = std::pow(0.6, static_cast<double>(i));
  const RowMatrix matrix = with_values(50, 40, values);
  const auto reducer = make("power_sgd");
  double before = matrix.norm();
  for (int call = 0; call < 15; ++call) {
    const double now = distance(pass(*reducer, matrix), matrix);
    EXPECT_LE(now, before * 1.0001) << "and is never farther than zero is";
    before = now;
  }
  EXPECT_NEAR(before, values.tail(36).norm(), 1e-3 * before);
}

TEST(PowerSgd, StartsAgainForAnotherShape) {
  const auto reducer = make("power_sgd");
  pass(*reducer, normal(30, 40, 1));
  const RowMatrix other = normal(40, 30, 2);
  EXPECT_EQ(pass(*reducer, other), pass(*make("power_sgd"), other));
}

TEST(PowerSgd, OfManyRanksIsThatOfTheMean) {
  constexpr int kRanks = 5;
  std::vector<std::unique_ptr<Reducer>> owned;
  std::vector<Reducer*> peers;
  for (int i = 0; i < kRanks; ++i) {
    owned.emplace_back(make("power_sgd", {.rank_seed = static_cast<std::uint64_t>(i)}));
    peers.push_back(owned.back().get());
  }
  const auto alone = make("power_sgd");
  for (std::uint64_t call = 0; call < 4; ++call) {
    std::vector<RowMatrix> matrices;
    matrices.reserve(kRanks);
    RowMatrix mean = RowMatrix::Zero(40, 50);
    for (std::uint64_t i = 0; i < kRanks; ++i) {
      matrices.emplace_back(normal(40, 50, 100 + i) + 0.1F * normal(40, 50, 10 * call + i));
      mean += matrices.back() / static_cast<float>(kRanks);
    }
    std::vector<TensorView> tensors;
    tensors.reserve(matrices.size());
    for (const RowMatrix& matrix : matrices) tensors.push_back(view(matrix));
    RowMatrix after(40, 50);
    ASSERT_TRUE(peers.front()->mean_of(peers, tensors, numbers(after)));
    EXPECT_LT(distance(after, pass(*alone, mean)), 1e-3 * static_cast<double>(mean.norm()));
  }
}

TEST(PowerSgd, OfManyRanksIsNaNIfOneHasWhatIsNotFinite) {
  const auto one = make("power_sgd");
  const auto other = make("power_sgd");
  const std::vector<Reducer*> peers{one.get(), other.get()};
  const RowMatrix good = normal(20, 30, 1);
  RowMatrix bad = good;
  bad(0, 0) = kInfinity;
  RowMatrix after(20, 30);
  ASSERT_TRUE(one->mean_of(peers, std::vector{view(good), view(bad)}, numbers(after)));
  EXPECT_TRUE(after.array().isNaN().all());
}

TEST(LowRank, LeavesTheMeanOfMessagesThatAddUpToOthers) {
  const RowMatrix vector = normal(1, 50, 1);
  RowMatrix after = RowMatrix::Constant(1, 50, 7);
  for (const auto name : kBoth) {
    const auto reducer = make(name);
    const std::vector<Reducer*> peers{reducer.get()};
    EXPECT_FALSE(reducer->mean_of(peers, std::vector{view(vector)}, numbers(after))) << name;
    EXPECT_TRUE(after.isConstant(7)) << name;
  }
}

}  // namespace
}  // namespace commsim::compression_low_rank_test
