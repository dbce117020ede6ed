// Copies from one GPU to another.
#include <memory>
#include <stdexcept>
#include <string>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/text.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

class OnGpu {
 public:
  explicit OnGpu(int gpu) {
    check(cudaGetDevice(&before_), "no GPU");
    check(cudaSetDevice(gpu), "no such GPU");
  }
  OnGpu(const OnGpu&) = delete;
  OnGpu& operator=(const OnGpu&) = delete;
  ~OnGpu() { cudaSetDevice(before_); }

 private:
  int before_ = 0;
};

// Direct access, if the two grant it; otherwise the driver goes by way of the host.
bool join(int from, int to) {
  int possible = 0;
  check(cudaDeviceCanAccessPeer(&possible, from, to), "cannot ask for access");
  if (possible == 0) return false;
  const OnGpu here(from);
  const cudaError_t status = cudaDeviceEnablePeerAccess(to, 0);
  if (status == cudaErrorPeerAccessAlreadyEnabled) {
    static_cast<void>(cudaGetLastError());  // not a failure, but remembered as one
  } else {
    check(status, "no access to the other GPU");
  }
  return true;
}

std::unique_ptr<DeviceBuffer> memory_of(int gpu, std::uint64_t size) {
  const OnGpu here(gpu);
  return std::make_unique<DeviceBuffer>(size);
}

class PeerCopy final : public Operation {
 public:
  PeerCopy(int from, int to, std::uint64_t size)
      : from_(from),
        to_(to),
        size_(size),
        direct_(join(from, to)),
        here_(from),
        source_(memory_of(from, size)),
        target_(memory_of(to, size)) {}

  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] {
      check(cudaMemcpyPeerAsync(target_->data(), to_, source_->data(), from_, size_, stream_.get()),
            "cannot copy to the other GPU");
    });
  }
  Facts facts() override {
    Facts facts;
    facts.count = size_;
    facts.ranks = 2;
    facts.what = direct_ ? "one GPU writes to the other" : "by way of the host: no direct access";
    return facts;
  }

 private:
  int from_;
  int to_;
  std::uint64_t size_;
  bool direct_;
  OnGpu here_;  // while the stream and the events are made and used
  std::unique_ptr<DeviceBuffer> source_;
  std::unique_ptr<DeviceBuffer> target_;
  Stream stream_;
  StreamTimer timer_;
};

}  // namespace

std::unique_ptr<Operation> make_peer_copy(const Case& which) {
  const auto parts = split(which.operation, '_');
  if (parts.size() != 3) throw std::runtime_error("no such copy: " + which.operation);
  return std::make_unique<PeerCopy>(std::stoi(parts[1]), std::stoi(parts[2]), which.size);
}

}  // namespace commsim::probe
