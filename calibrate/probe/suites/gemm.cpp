// C = A B of square matrices by cuBLAS, sums in 32 bits.
#include <memory>
#include <stdexcept>
#include <string>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/suites.hpp"
#include "calibrate/probe/suites/suites.hpp"
#ifdef COMMSIM_PROBE_CUBLAS
#include <cublas_v2.h>
#endif

namespace commsim::probe {

#ifdef COMMSIM_PROBE_CUBLAS
namespace {

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

class Gemm final : public Operation {
 public:
  Gemm(std::uint64_t side, const std::string& dtype)
      : side_(side), type_(data_type(dtype)), a_(bytes(dtype)), b_(bytes(dtype)), c_(bytes(dtype)) {
    check_cublas(cublasSetStream(cublas_.get(), stream_.get()));
    // Small numbers, not zeros: the power that a product draws, and so its clock, depend on the
    // data.
    constexpr int kByte = 0x2C;
    check(cudaMemset(a_.data(), kByte, bytes(dtype)), "cannot fill memory");
    check(cudaMemset(b_.data(), kByte, bytes(dtype)), "cannot fill memory");
    check(cudaDeviceSynchronize(), "cannot fill memory");
  }

  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] { multiply(); });
  }
  Facts facts() override {
    const auto n = static_cast<double>(side_);
    Facts facts;
    facts.count = side_;
    facts.flops = 2 * n * n * n;
    facts.what = "count is the side of three square matrices";
    return facts;
  }

 private:
  [[nodiscard]] std::uint64_t bytes(const std::string& dtype) const {
    return side_ * side_ * element_bytes(dtype);
  }
  void multiply() const {
    const float one = 1;
    const float zero = 0;
    const int n = static_cast<int>(side_);
    check_cublas(cublasGemmEx(cublas_.get(), CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, a_.data(),
                              type_, n, b_.data(), type_, n, &zero, c_.data(), type_, n,
                              CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  }

  std::uint64_t side_;
  cudaDataType_t type_;
  DeviceBuffer a_;
  DeviceBuffer b_;
  DeviceBuffer c_;
  Stream stream_;
  StreamTimer timer_;
  Cublas cublas_;
};

}  // namespace

std::unique_ptr<Operation> make_gemm(const Case& which) {
  return std::make_unique<Gemm>(gemm_side(which.size, element_bytes(which.dtype)), which.dtype);
}

#else

std::unique_ptr<Operation> make_gemm(const Case& /*which*/) {
  throw std::runtime_error("built without cuBLAS");
}

#endif

}  // namespace commsim::probe
