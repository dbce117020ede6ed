// What the codecs share that send a matrix M of n rows and m columns as the product of a left
// factor (n x r) and the transpose of a right one (m x r).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "collectives/compression/codec.hpp"

namespace commsim {

/// Row by row, as tensors are.
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct LowRank {
  RowMatrix left;
  RowMatrix right;
};

/// The parameter rank, or 4; throws RequestError unless it is positive.
[[nodiscard]] std::int64_t rank_parameter(const CodecParameters& parameters);

/// Whether the factors are fewer numbers than the matrix. If not, and so for every vector and for
/// every rank that the matrix does not exceed, it travels as it is.
[[nodiscard]] bool saves(TensorShape shape, std::int64_t rank);

[[nodiscard]] Eigen::Map<const RowMatrix> matrix_of(const TensorView& tensor);

/// Whether all are numbers, so that a product of them can be trusted to show what is not.
[[nodiscard]] bool all_finite(const TensorView& tensor);

/// An orthonormal basis of at least the columns' span, as many columns. What the columns leave open
/// is filled with other directions, so that this never fails. REQUIRES: finite, and not more
/// columns than rows.
[[nodiscard]] RowMatrix orthonormal(const RowMatrix& columns);

/// Numbers in [-1, 1), the same on all ranks that share the seed.
[[nodiscard]] RowMatrix random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed);

/// Writes both factors to `kept`, row by row; or the tensor itself if there are none.
void put_factors(const TensorView& tensor, const std::optional<LowRank>& factors,
                 std::vector<float>& kept);
/// The other way round: writes the product. Throws DecodeError if the sizes are not those of the
/// shape.
void take_factors(std::span<const float> kept, std::span<const std::byte> side, TensorShape shape,
                  std::int64_t rank, std::span<float> tensor);

/// Factors of that shape that are NaN throughout.
[[nodiscard]] LowRank not_a_number(TensorShape shape, std::int64_t rank);

}  // namespace commsim
