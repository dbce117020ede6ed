// The best approximation of a rank (Eckart and Young): the largest singular values and vectors.
// Finding all of them takes O(n m min(n, m)); the largest come from iterating with a few more
// columns than asked for, O(n m r) a step, until the error gets no smaller.
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "collectives/compression/reducers/low_rank.hpp"

namespace commsim::codec_truncated_svd {
namespace {

// Up to here all singular values are found at once.
constexpr Eigen::Index kSmall = 256;
constexpr Eigen::Index kMoreColumns = 8;
constexpr int kMostSteps = 100;
// Of the squared error in one step, which bounds what further steps could gain.
constexpr double kGain = 1e-6;

// The squares of singular values, of which the smallest count, take double precision.
using Eigenvalues = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;

// Eigenvalues ascend; the largest belong first.
RowMatrix largest_vectors(const Eigenvalues& eigen, Eigen::Index rank) {
  return eigen.eigenvectors().rightCols(rank).rowwise().reverse().cast<float>();
}

struct Projection {
  LowRank factors;
  double energy = 0;  // the sum of the squares of the singular values
};

// The best approximation with rows in the span of the basis (Rayleigh and Ritz).
Projection project(const RowMatrix& matrix, const RowMatrix& basis, Eigen::Index rank) {
  const RowMatrix image = matrix * basis;
  const Eigen::MatrixXd wide = image.cast<double>();
  const Eigenvalues eigen(wide.transpose() * wide);
  const RowMatrix turn = largest_vectors(eigen, rank);
  return {.factors = {.left = image * turn, .right = basis * turn},
          .energy = eigen.eigenvalues().tail(rank).sum()};
}

LowRank best_of_small(const RowMatrix& matrix, Eigen::Index rank) {
  const Eigen::MatrixXd wide = matrix.cast<double>();
  if (matrix.cols() <= matrix.rows()) {
    const RowMatrix right = largest_vectors(Eigenvalues(wide.transpose() * wide), rank);
    return {.left = matrix * right, .right = right};
  }
  const RowMatrix left = largest_vectors(Eigenvalues(wide * wide.transpose()), rank);
  return project(matrix, orthonormal(matrix.transpose() * left), rank).factors;
}

LowRank best(const RowMatrix& matrix, Eigen::Index rank, std::uint64_t seed) {
  const Eigen::Index most = std::min(matrix.rows(), matrix.cols());
  if (most <= kSmall) return best_of_small(matrix, rank);
  const double all = matrix.cast<double>().squaredNorm();
  const Eigen::Index width = std::min(most, std::max(2 * rank, rank + kMoreColumns));
  RowMatrix image = random_matrix(matrix.rows(), width, seed);
  Projection found;
  for (int step = 0; step < kMostSteps; ++step) {
    const RowMatrix basis = orthonormal(matrix.transpose() * image);
    Projection next = project(matrix, basis, rank);
    const double gain = next.energy - found.energy;
    found = std::move(next);
    if (gain <= kGain * std::max(all - found.energy, kGain * all)) break;
    image = orthonormal(matrix * basis);
  }
  return std::move(found.factors);
}

class TruncatedSvd final : public Reducer {
 public:
  TruncatedSvd(std::int64_t rank, std::uint64_t seed) : rank_(rank), seed_(seed) {}

  void reduce(const TensorView& tensor, std::vector<float>& kept, Encoded& /*side*/) override {
    std::optional<LowRank> factors;
    if (saves(tensor.shape, rank_)) factors = approximate(tensor);
    put_factors(tensor, factors, kept);
  }

  void restore(std::span<const float> kept, std::span<const std::byte> side, TensorShape shape,
               std::span<float> tensor) const override {
    take_factors(kept, side, shape, rank_, tensor);
  }

 private:
  [[nodiscard]] LowRank approximate(const TensorView& tensor) const {
    if (!all_finite(tensor)) return not_a_number(tensor.shape, rank_);
    const auto matrix = matrix_of(tensor);
    // By a power of two, which is exact, to where squares neither overflow nor vanish.
    const int exponent = std::ilogb(std::max(matrix.cwiseAbs().maxCoeff(), 0x1p-126F));
    LowRank factors = best(matrix * std::ldexp(1.0F, -exponent), rank_, seed_);
    factors.left *= std::ldexp(1.0F, exponent);
    return factors;
  }

  std::int64_t rank_;
  std::uint64_t seed_;
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  return std::make_unique<TruncatedSvd>(rank_parameter(parameters), parameters.seed);
}

const Registration<Codec> registration{{
    .name = "svd",
    .summary = "a matrix of n x m by its r (rank, default 4) largest singular values and their "
               "vectors; 32 r (n + m) / (n m) bits; vectors, and matrices that this does not make "
               "smaller, as they are; all NaN if anything is not finite",
    .reference = "Eckart and Young, Psychometrika 1, 1936; Halko, Martinsson and Tropp, \"Finding "
                 "structure with randomness\", SIAM Review 53(2), 2011",
    .bound =
        "in the Frobenius norm, the root of the sum of the squares of the other singular values",
    .parameters = {"rank"},
    .make_reducer = make,
    .sliceable = false,
}};

}  // namespace
}  // namespace commsim::codec_truncated_svd
