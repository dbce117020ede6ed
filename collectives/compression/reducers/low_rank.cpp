#include "collectives/compression/reducers/low_rank.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <limits>
#include <string>

#include "collectives/compression/reducers/selection.hpp"
#include "core/random.hpp"

namespace commsim {

std::int64_t rank_parameter(const CodecParameters& parameters) {
  const std::int64_t rank = parameters.rank.value_or(4);
  if (rank < 1) {
    throw RequestError("rank is " + std::to_string(rank) +
                       ", but an approximation has a rank of at least 1");
  }
  return rank;
}

bool saves(TensorShape shape, std::int64_t rank) {
  if (rank >= std::min(shape.rows, shape.columns)) return false;  // before the product overflows
  return rank * (shape.rows + shape.columns) < shape.elements();
}

Eigen::Map<const RowMatrix> matrix_of(const TensorView& tensor) {
  return {tensor.values.data(), tensor.shape.rows, tensor.shape.columns};
}

bool all_finite(const TensorView& tensor) { return !any_not_finite(tensor.values); }

RowMatrix orthonormal(const RowMatrix& columns) {
  // Their lengths do not matter, but their squares must neither overflow nor vanish.
  const Eigen::RowVectorXf largest = columns.cwiseAbs().colwise().maxCoeff();
  Eigen::MatrixXf scaled = columns;
  for (Eigen::Index i = 0; i < scaled.cols(); ++i) {
    if (largest[i] > 0) scaled.col(i) = columns.col(i).array() / largest[i];
  }
  const Eigen::HouseholderQR<Eigen::MatrixXf> qr(scaled);
  return qr.householderQ() * Eigen::MatrixXf::Identity(columns.rows(), columns.cols());
}

RowMatrix random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Random random(seed);
  RowMatrix matrix(rows, columns);
  for (float& number : matrix.reshaped()) number = static_cast<float>(2 * random.unit() - 1);
  return matrix;
}

void put_factors(const TensorView& tensor, const std::optional<LowRank>& factors,
                 std::vector<float>& kept) {
  if (!factors) {
    kept.insert(kept.end(), tensor.values.begin(), tensor.values.end());
    return;
  }
  for (const RowMatrix* factor : {&factors->left, &factors->right}) {
    kept.insert(kept.end(), factor->data(), factor->data() + factor->size());
  }
}

void take_factors(std::span<const float> kept, std::span<const std::byte> side, TensorShape shape,
                  std::int64_t rank, std::span<float> tensor) {
  const bool factors = saves(shape, rank);
  const std::int64_t numbers = factors ? rank * (shape.rows + shape.columns) : shape.elements();
  if (!side.empty() || kept.size() != static_cast<std::size_t>(numbers)) {
    throw DecodeError("a message has not the numbers of a matrix of this shape and rank");
  }
  if (!factors) {
    std::copy(kept.begin(), kept.end(), tensor.begin());
    return;
  }
  const Eigen::Map<const RowMatrix> left(kept.data(), shape.rows, rank);
  const Eigen::Map<const RowMatrix> right(kept.data() + left.size(), shape.columns, rank);
  Eigen::Map<RowMatrix>(tensor.data(), shape.rows, shape.columns).noalias() =
      left * right.transpose();
}

LowRank not_a_number(TensorShape shape, std::int64_t rank) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  return {.left = RowMatrix::Constant(shape.rows, rank, nan),
          .right = RowMatrix::Constant(shape.columns, rank, nan)};
}

}  // namespace commsim
