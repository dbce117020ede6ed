// C = A B of square matrices, by cuBLAS, or by a kernel of the probe's own where it was built
// without.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "calibrate/probe/cuda/resources.hpp"

namespace commsim::probe {

/// Holds the matrices.
class MatrixProduct {
 public:
  MatrixProduct() = default;
  MatrixProduct(const MatrixProduct&) = delete;
  MatrixProduct& operator=(const MatrixProduct&) = delete;
  virtual ~MatrixProduct() = default;

  /// Puts one product into the stream. Throws std::runtime_error if the device refuses.
  virtual void enqueue() = 0;
};

/// By cuBLAS, with sums in 32 bits. The stream must outlive it. Throws std::runtime_error where the
/// probe was built without cuBLAS.
std::unique_ptr<MatrixProduct> make_cublas_product(std::uint64_t side, const std::string& dtype,
                                                   const Stream& stream);

/// By the probe's own kernel, in float32. REQUIRES: a side that is a multiple of kProductTile.
std::unique_ptr<MatrixProduct> make_own_product(std::uint64_t side, const Stream& stream);

/// Whether the probe was built with cuBLAS.
bool has_cublas();

/// Floating-point operations of a product.
double product_flops(std::uint64_t side);

}  // namespace commsim::probe
