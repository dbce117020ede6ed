// Products of square matrices by cuBLAS.
#include <memory>
#include <string>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/suites.hpp"
#include "calibrate/probe/suites/matrix_product.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

class Gemm final : public Operation {
 public:
  Gemm(std::uint64_t side, const std::string& dtype)
      : side_(side), product_(make_cublas_product(side, dtype, stream_)) {}

  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] { product_->enqueue(); });
  }
  Facts facts() override {
    Facts facts;
    facts.count = side_;
    facts.flops = product_flops(side_);
    facts.what = "count is the side of three square matrices";
    return facts;
  }

 private:
  std::uint64_t side_;
  Stream stream_;
  StreamTimer timer_;
  std::unique_ptr<MatrixProduct> product_;
};

}  // namespace

std::unique_ptr<Operation> make_gemm(const Case& which) {
  return std::make_unique<Gemm>(gemm_side(which.size, element_bytes(which.dtype)), which.dtype);
}

}  // namespace commsim::probe
