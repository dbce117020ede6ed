// Copying and reducing by so many thread blocks: what a channel of a collective can do on the GPU.
#include <memory>
#include <stdexcept>
#include <string>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/kernels/copy_reduce.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

class ByBlocks final : public Operation {
 public:
  explicit ByBlocks(const Case& which)
      : which_(which), from_(which.size), to_(which.size), reduces_(which.operation == "reduce") {
    if (!reduces_ && which.operation != "copy") {
      throw std::runtime_error("no such operation: " + which.operation);
    }
    // Zeros stay zeros however often they are summed.
    check(cudaMemset(from_.data(), 0, which.size), "cannot clear memory");
    check(cudaMemset(to_.data(), 0, which.size), "cannot clear memory");
    check(cudaDeviceSynchronize(), "cannot clear memory");
  }

  double run(Place /*place*/, int count) override {
    const double time = time_on_stream(stream_, timer_, count, [&] { launch(); });
    check(cudaGetLastError(), "cannot launch");
    return time;
  }
  Facts facts() override {
    Facts facts;
    facts.count = which_.size / element_bytes(which_.dtype);
    facts.redop = reduces_ ? "sum" : "none";
    facts.what = reduces_ ? "two buffers are read and one of them is written"
                          : "one buffer is read and one is written";
    return facts;
  }

 private:
  void launch() const {
    if (reduces_) {
      launch_reduce(stream_.get(), which_.blocks, which_.dtype, from_.data(), to_.data(),
                    which_.size);
    } else {
      launch_copy(stream_.get(), which_.blocks, from_.data(), to_.data(), which_.size);
    }
  }

  Case which_;
  DeviceBuffer from_;
  DeviceBuffer to_;
  bool reduces_;
  Stream stream_;
  StreamTimer timer_;
};

}  // namespace

std::unique_ptr<Operation> make_by_blocks(const Case& which) {
  return std::make_unique<ByBlocks>(which);
}

}  // namespace commsim::probe
