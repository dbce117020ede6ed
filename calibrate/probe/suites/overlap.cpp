// A computation or a matrix product on the whole GPU while a copy keeps some multiprocessors for
// itself, as the kernel of a collective does.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/suites.hpp"
#include "calibrate/probe/kernels/busy.hpp"
#include "calibrate/probe/kernels/copy_reduce.hpp"
#include "calibrate/probe/suites/matrix_product.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

constexpr int kSteps = 20000;
constexpr int kBlocksPerMultiprocessor = 32;

int multiprocessors() {
  int gpu = 0;
  int count = 0;
  check(cudaGetDevice(&gpu), "no GPU");
  check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, gpu), "no GPU");
  return count;
}

// The copy runs as long as this lives.
class HoldingCopy {
 public:
  HoldingCopy(int blocks, const DeviceBuffer& from, const DeviceBuffer& to, std::uint64_t size)
      : memory_(sizeof(HoldingControl), true) {
    control()->started = 0;
    control()->stop = 0;
    launch_holding_copy(stream_.get(), blocks, from.data(), to.data(), size, control());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (started() < blocks) {
      if (std::chrono::steady_clock::now() > deadline) {
        stop();
        throw std::runtime_error("the copy did not get its multiprocessors");
      }
      std::this_thread::yield();
    }
  }
  HoldingCopy(const HoldingCopy&) = delete;
  HoldingCopy& operator=(const HoldingCopy&) = delete;
  ~HoldingCopy() { stop(); }

 private:
  [[nodiscard]] HoldingControl* control() const {
    return static_cast<HoldingControl*>(memory_.data());
  }
  // The GPU writes it, behind the compiler's back.
  [[nodiscard]] int started() const { return *static_cast<volatile int*>(&control()->started); }
  void stop() {
    *static_cast<volatile int*>(&control()->stop) = 1;
    cudaStreamSynchronize(stream_.get());
  }

  HostBuffer memory_;
  Stream stream_;
};

// What the copy is beside.
class Work {
 public:
  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work() = default;
  virtual void enqueue() = 0;
  /// Adds what it counts in, how much it computes, and what it is.
  virtual void describe(Facts& facts) const = 0;
};

class Computation final : public Work {
 public:
  explicit Computation(const Stream& stream)
      : grid_(multiprocessors() * kBlocksPerMultiprocessor),
        sink_(sizeof(float)),
        stream_(stream) {}
  void enqueue() override {
    launch_computation(stream_.get(), grid_, kSteps, static_cast<float*>(sink_.data()));
  }
  void describe(Facts& facts) const override {
    facts.count = static_cast<std::uint64_t>(grid_);
    facts.flops = computation_flops(grid_, kSteps);
    facts.what = "time of the computation";
  }

 private:
  int grid_;
  DeviceBuffer sink_;
  const Stream& stream_;
};

class Product final : public Work {
 public:
  Product(const std::string& dtype, const Stream& stream)
      : product_(has_cublas() ? make_cublas_product(kOverlapSide, dtype, stream)
                              : make_own_product(kOverlapSide, stream)) {}
  void enqueue() override { product_->enqueue(); }
  void describe(Facts& facts) const override {
    facts.count = kOverlapSide;
    facts.flops = product_flops(kOverlapSide);
    facts.what = has_cublas() ? "time of a matrix product by cuBLAS"
                              : "time of a matrix product by the probe's own kernel";
  }

 private:
  std::unique_ptr<MatrixProduct> product_;
};

std::unique_ptr<Work> work_of(const Case& which, const Stream& stream) {
  if (which.operation == "gemm_beside_copy") return std::make_unique<Product>(which.dtype, stream);
  return std::make_unique<Computation>(stream);
}

class Overlap final : public Operation {
 public:
  explicit Overlap(const Case& which)
      : from_(which.size), to_(which.size), work_(work_of(which, stream_)) {
    // A program loads a kernel when it first runs it, which may wait for all that runs.
    work_->enqueue();
    stream_.wait();
    if (which.blocks > 0) {
      copy_ = std::make_unique<HoldingCopy>(which.blocks, from_, to_, which.size);
    }
  }

  double run(Place /*place*/, int count) override {
    const double time = time_on_stream(stream_, timer_, count, [&] { work_->enqueue(); });
    check(cudaGetLastError(), "cannot launch");
    return time;
  }
  Facts facts() override {
    Facts facts;
    work_->describe(facts);
    facts.what += "; blocks are the multiprocessors that the copy holds";
    return facts;
  }

 private:
  DeviceBuffer from_;
  DeviceBuffer to_;
  Stream stream_;
  StreamTimer timer_;
  std::unique_ptr<Work> work_;
  std::unique_ptr<HoldingCopy> copy_;  // last: it ends before its buffers go
};

}  // namespace

std::unique_ptr<Operation> make_overlap(const Case& which) {
  return std::make_unique<Overlap>(which);
}

}  // namespace commsim::probe
