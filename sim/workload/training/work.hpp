// Work of one GPU: matrix products, which a roofline prices by their sizes, and numbers that stream
// through memory between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace commsim {

/// `count` products of m x k and k x n matrices.
struct Product {
  std::string_view name;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t count = 1;
  double share = 1;    ///< of the FLOPs that is done: a causal mask lets kernels skip half
  bool fused = false;  ///< part of a fused attention: no m x n matrix comes to memory

  /// 2 m n k each.
  [[nodiscard]] double flops() const;
  /// What it reads and writes at least, in numbers.
  [[nodiscard]] std::int64_t numbers() const;
};

/// Bytes that norms, activation functions, softmax, dropout and residual sums read and write.
struct Stream {
  std::string_view name;
  std::int64_t bytes = 0;
  std::optional<std::int64_t> backward = {};  ///< in the backward pass; twice as many if not stated
};

struct Work {
  std::vector<Product> products;
  std::vector<Stream> streams;

  [[nodiscard]] double flops() const;
  [[nodiscard]] std::int64_t streamed() const;
  Work& operator+=(const Work& other);
};

}  // namespace commsim
