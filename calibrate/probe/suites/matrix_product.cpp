#include "calibrate/probe/suites/matrix_product.hpp"

#include <stdexcept>
#include <string>

#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/kernels/product.hpp"
#ifdef COMMSIM_PROBE_CUBLAS
#include <cublas_v2.h>
#endif

namespace commsim::probe {
namespace {

struct Matrices {
  Matrices(std::uint64_t side, const std::string& dtype)
      : bytes(side * side * element_bytes(dtype)), a(bytes), b(bytes), c(bytes) {
    // Small numbers, not zeros: the power that a product draws, and so its clock, depend on the
    // data.
    constexpr int kByte = 0x2C;
    check(cudaMemset(a.data(), kByte, bytes), "cannot fill memory");
    check(cudaMemset(b.data(), kByte, bytes), "cannot fill memory");
    check(cudaDeviceSynchronize(), "cannot fill memory");
  }
  std::uint64_t bytes;
  DeviceBuffer a;
  DeviceBuffer b;
  DeviceBuffer c;
};

class OwnProduct final : public MatrixProduct {
 public:
  OwnProduct(std::uint64_t side, const Stream& stream)
      : side_(side), matrices_(side, "float32"), stream_(stream) {}

  void enqueue() override {
    launch_product(
        stream_.get(), static_cast<int>(side_), static_cast<const float*>(matrices_.a.data()),
        static_cast<const float*>(matrices_.b.data()), static_cast<float*>(matrices_.c.data()));
    check(cudaGetLastError(), "cannot multiply");
  }

 private:
  std::uint64_t side_;
  Matrices matrices_;
  const Stream& stream_;
};

#ifdef COMMSIM_PROBE_CUBLAS

void check_cublas(cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw std::runtime_error("cuBLAS fails with status " + std::to_string(static_cast<int>(status)));
}

cudaDataType_t data_type(const std::string& dtype) {
  if (dtype == "float16") return CUDA_R_16F;
  return dtype == "bfloat16" ? CUDA_R_16BF : CUDA_R_32F;
}

class Cublas {
 public:
  Cublas() { check_cublas(cublasCreate(&handle_)); }
  Cublas(const Cublas&) = delete;
  Cublas& operator=(const Cublas&) = delete;
  ~Cublas() { cublasDestroy(handle_); }
  [[nodiscard]] cublasHandle_t get() const { return handle_; }

 private:
  cublasHandle_t handle_ = nullptr;
};

class CublasProduct final : public MatrixProduct {
 public:
  CublasProduct(std::uint64_t side, const std::string& dtype, const Stream& stream)
      : side_(static_cast<int>(side)), type_(data_type(dtype)), matrices_(side, dtype) {
    check_cublas(cublasSetStream(cublas_.get(), stream.get()));
  }

  void enqueue() override {
    const float one = 1;
    const float zero = 0;
    check_cublas(cublasGemmEx(cublas_.get(), CUBLAS_OP_N, CUBLAS_OP_N, side_, side_, side_, &one,
                              matrices_.a.data(), type_, side_, matrices_.b.data(), type_, side_,
                              &zero, matrices_.c.data(), type_, side_, CUBLAS_COMPUTE_32F,
                              CUBLAS_GEMM_DEFAULT));
  }

 private:
  int side_;
  cudaDataType_t type_;
  Matrices matrices_;
  Cublas cublas_;
};

#endif

}  // namespace

#ifdef COMMSIM_PROBE_CUBLAS
std::unique_ptr<MatrixProduct> make_cublas_product(std::uint64_t side, const std::string& dtype,
                                                   const Stream& stream) {
  return std::make_unique<CublasProduct>(side, dtype, stream);
}
bool has_cublas() { return true; }
#else
std::unique_ptr<MatrixProduct> make_cublas_product(std::uint64_t /*side*/,
                                                   const std::string& /*dtype*/,
                                                   const Stream& /*stream*/) {
  throw std::runtime_error("built without cuBLAS");
}
bool has_cublas() { return false; }
#endif

std::unique_ptr<MatrixProduct> make_own_product(std::uint64_t side, const Stream& stream) {
  return std::make_unique<OwnProduct>(side, stream);
}

double product_flops(std::uint64_t side) {
  const auto n = static_cast<double>(side);
  return 2 * n * n * n;
}

}  // namespace commsim::probe
