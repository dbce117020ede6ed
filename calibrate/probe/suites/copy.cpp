// Copies within GPU 0, and between it and the host.
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

Facts copy_facts(std::uint64_t size, std::string what) {
  Facts facts;
  facts.count = size;
  facts.what = std::move(what);
  return facts;
}

class DeviceCopy final : public Operation {
 public:
  explicit DeviceCopy(std::uint64_t size) : size_(size), from_(size), to_(size) {}
  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] {
      check(
          cudaMemcpyAsync(to_.data(), from_.data(), size_, cudaMemcpyDeviceToDevice, stream_.get()),
          "cannot copy");
    });
  }
  Facts facts() override { return copy_facts(size_, "each byte is read once and written once"); }

 private:
  std::uint64_t size_;
  DeviceBuffer from_;
  DeviceBuffer to_;
  Stream stream_;
  StreamTimer timer_;
};

class HostCopy final : public Operation {
 public:
  HostCopy(std::uint64_t size, bool to_device, bool pinned)
      : size_(size), to_device_(to_device), device_(size), host_(size, pinned) {}
  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] {
      check(cudaMemcpyAsync(to_device_ ? device_.data() : host_.data(),
                            to_device_ ? host_.data() : device_.data(), size_,
                            to_device_ ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost,
                            stream_.get()),
            "cannot copy");
    });
  }
  Facts facts() override { return copy_facts(size_, "between the host and one GPU"); }

 private:
  std::uint64_t size_;
  bool to_device_;
  DeviceBuffer device_;
  HostBuffer host_;
  Stream stream_;
  StreamTimer timer_;
};

// `size` bytes in each direction at once; the time is that of the slower.
class BothDirections final : public Operation {
 public:
  explicit BothDirections(std::uint64_t size)
      : size_(size), in_(size), out_(size), host_in_(size, true), host_out_(size, true) {}
  double run(Place /*place*/, int count) override {
    begin_.record(down_);
    check(cudaStreamWaitEvent(up_.get(), begin_.get(), 0), "cannot order streams");
    timer_.start(down_);
    for (int i = 0; i < count; ++i) {
      copy(in_.data(), host_in_.data(), cudaMemcpyHostToDevice, down_);
      copy(host_out_.data(), out_.data(), cudaMemcpyDeviceToHost, up_);
    }
    end_.record(up_);
    check(cudaStreamWaitEvent(down_.get(), end_.get(), 0), "cannot order streams");
    return timer_.stop(down_) / count;
  }
  Facts facts() override {
    return copy_facts(size_, "so many bytes in each direction at once; rates count one direction");
  }

 private:
  void copy(void* to, const void* from, cudaMemcpyKind kind, const Stream& stream) const {
    check(cudaMemcpyAsync(to, from, size_, kind, stream.get()), "cannot copy");
  }

  std::uint64_t size_;
  DeviceBuffer in_;
  DeviceBuffer out_;
  HostBuffer host_in_;
  HostBuffer host_out_;
  Stream down_;
  Stream up_;
  Event begin_;
  Event end_;
  StreamTimer timer_;
};

}  // namespace

std::unique_ptr<Operation> make_copy(const Case& which) {
  const std::string& name = which.operation;
  if (name == "device_to_device") return std::make_unique<DeviceCopy>(which.size);
  if (name == "both_directions_pinned") return std::make_unique<BothDirections>(which.size);
  const bool to_device = name.rfind("host_to_device_", 0) == 0;
  if (to_device || name.rfind("device_to_host_", 0) == 0) {
    return std::make_unique<HostCopy>(which.size, to_device,
                                      name.find("pinned") != std::string::npos);
  }
  throw std::runtime_error("no such copy: " + name);
}

}  // namespace commsim::probe
