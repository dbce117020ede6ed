// What CUDA lends, given back in time. Destructors ignore failures: a device that has failed fails
// them, too.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdlib>
#include <stdexcept>

#include "calibrate/probe/cuda/check.hpp"

namespace commsim::probe {

/// Memory of the current GPU.
class DeviceBuffer {
 public:
  explicit DeviceBuffer(std::size_t bytes) {
    check(cudaMalloc(&data_, bytes == 0 ? 1 : bytes), "no memory on the GPU");
  }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;
  ~DeviceBuffer() { cudaFree(data_); }
  [[nodiscard]] void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};

/// Memory of the host: pinned, or as any program has it.
class HostBuffer {
 public:
  HostBuffer(std::size_t bytes, bool pinned) : pinned_(pinned) {
    if (pinned) {
      check(cudaHostAlloc(&data_, bytes, cudaHostAllocDefault), "no pinned memory");
    } else {
      data_ = std::calloc(bytes, 1);
      if (data_ == nullptr) throw std::runtime_error("no memory on the host");
    }
  }
  HostBuffer(const HostBuffer&) = delete;
  HostBuffer& operator=(const HostBuffer&) = delete;
  ~HostBuffer() {
    if (pinned_) {
      cudaFreeHost(data_);
    } else {
      std::free(data_);
    }
  }
  [[nodiscard]] void* data() const { return data_; }

 private:
  void* data_ = nullptr;
  bool pinned_;
};

/// A stream that waits for no other.
class Stream {
 public:
  Stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "no stream"); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { cudaStreamDestroy(stream_); }
  [[nodiscard]] cudaStream_t get() const { return stream_; }
  void wait() const { check(cudaStreamSynchronize(stream_), "the device failed"); }

 private:
  cudaStream_t stream_ = nullptr;
};

class Event {
 public:
  Event() { check(cudaEventCreate(&event_), "no event"); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { cudaEventDestroy(event_); }
  [[nodiscard]] cudaEvent_t get() const { return event_; }
  void record(const Stream& stream) const {
    check(cudaEventRecord(event_, stream.get()), "cannot record an event");
  }

 private:
  cudaEvent_t event_ = nullptr;
};

/// Times what a stream does between start() and stop(), in microseconds.
class StreamTimer {
 public:
  void start(const Stream& stream) const { start_.record(stream); }
  [[nodiscard]] double stop(const Stream& stream) const {
    constexpr double kMicrosecondsPerMillisecond = 1000;
    stop_.record(stream);
    check(cudaEventSynchronize(stop_.get()), "the device failed");
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, start_.get(), stop_.get()), "cannot read an event");
    return static_cast<double>(milliseconds) * kMicrosecondsPerMillisecond;
  }

 private:
  Event start_;
  Event stop_;
};

/// Repeats what `enqueue` puts into the stream, and times it there.
template <typename Enqueue>
double time_on_stream(const Stream& stream, const StreamTimer& timer, int count, Enqueue enqueue) {
  timer.start(stream);
  for (int i = 0; i < count; ++i) enqueue();
  return timer.stop(stream) / count;
}

}  // namespace commsim::probe
