// A computation on the whole GPU while a copy keeps some multiprocessors for itself, as the kernel
// of a collective does.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/kernels/busy.hpp"
#include "calibrate/probe/kernels/copy_reduce.hpp"
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

class Overlap final : public Operation {
 public:
  Overlap(int blocks, std::uint64_t size)
      : grid_(multiprocessors() * kBlocksPerMultiprocessor),
        from_(size),
        to_(size),
        sink_(sizeof(float)) {
    // A program loads a kernel when it first runs it, which may wait for all that runs.
    compute();
    stream_.wait();
    if (blocks > 0) copy_ = std::make_unique<HoldingCopy>(blocks, from_, to_, size);
  }

  double run(Place /*place*/, int count) override {
    const double time = time_on_stream(stream_, timer_, count, [&] { compute(); });
    check(cudaGetLastError(), "cannot launch");
    return time;
  }
  Facts facts() override {
    Facts facts;
    facts.count = static_cast<std::uint64_t>(grid_);
    facts.flops = computation_flops(grid_, kSteps);
    facts.what = "time of the computation; blocks are the multiprocessors that the copy holds";
    return facts;
  }

 private:
  void compute() const {
    launch_computation(stream_.get(), grid_, kSteps, static_cast<float*>(sink_.data()));
  }

  int grid_;
  DeviceBuffer from_;
  DeviceBuffer to_;
  DeviceBuffer sink_;
  Stream stream_;
  StreamTimer timer_;
  std::unique_ptr<HoldingCopy> copy_;  // last: it ends before its buffers go
};

}  // namespace

std::unique_ptr<Operation> make_overlap(const Case& which) {
  return std::make_unique<Overlap>(which.blocks, which.size);
}

}  // namespace commsim::probe
