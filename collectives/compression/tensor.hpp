// A tensor as codecs see it: a matrix of single precision, row by row. A vector is one row.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace commsim {

struct TensorShape {
  std::int64_t rows = 1;
  std::int64_t columns = 0;

  [[nodiscard]] constexpr std::int64_t elements() const { return rows * columns; }
  constexpr bool operator==(const TensorShape&) const = default;
};

/// REQUIRES: as many values as the shape has elements.
struct TensorView {
  std::span<const float> values;
  TensorShape shape;

  [[nodiscard]] static TensorView vector(std::span<const float> values) {
    return {values, {.rows = 1, .columns = static_cast<std::int64_t>(values.size())}};
  }
};

/// A tensor with memory and a name of its own: read from a file, or generated.
struct Tensor {
  std::string name;
  TensorShape shape;
  std::vector<float> values;

  [[nodiscard]] TensorView view() const { return {values, shape}; }
};

}  // namespace commsim
