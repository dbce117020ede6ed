// Times copies within the memory of GPU 0, from 8 B to 1 GiB, and prints the table that a scenario's
// `measured:` reads: the median of the repeats of each size. It needs the CUDA toolkit and nothing else.
//   commsim_probe >copies.csv
// Exit code 3, and nothing but a reason on stderr, where there is no GPU or it fails.
#include <cuda_runtime.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kLeast = 8;
constexpr std::size_t kMost = std::size_t{1} << 30;
constexpr int kWarmUps = 5;
constexpr int kRepeats = 21;

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

class Buffer {
 public:
  explicit Buffer(std::size_t bytes) { check(cudaMalloc(&data_, bytes), "cannot allocate"); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { cudaFree(data_); }
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};

class Timer {
 public:
  Timer() {
    check(cudaEventCreate(&start_), "cannot create an event");
    check(cudaEventCreate(&stop_), "cannot create an event");
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() {
    cudaEventDestroy(start_);
    cudaEventDestroy(stop_);
  }
  void start() { check(cudaEventRecord(start_), "cannot record an event"); }
  float stop_us() {
    constexpr float kMicrosecondsPerMillisecond = 1000;
    check(cudaEventRecord(stop_), "cannot record an event");
    check(cudaEventSynchronize(stop_), "the copy failed");
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, start_, stop_), "cannot read an event");
    return milliseconds * kMicrosecondsPerMillisecond;
  }

 private:
  cudaEvent_t start_ = nullptr;
  cudaEvent_t stop_ = nullptr;
};

float median_copy_us(const Buffer& from, const Buffer& to, std::size_t bytes) {
  Timer timer;
  std::vector<float> times;
  for (int i = -kWarmUps; i < kRepeats; ++i) {
    timer.start();
    check(cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDeviceToDevice), "cannot copy");
    const float time = timer.stop_us();
    if (i >= 0) times.push_back(time);
  }
  std::nth_element(times.begin(), times.begin() + kRepeats / 2, times.end());
  return times[kRepeats / 2];
}

void measure() {
  int driver = 0;
  cudaDeviceProp properties{};
  check(cudaSetDevice(0), "no GPU");
  check(cudaGetDeviceProperties(&properties, 0), "no GPU");
  check(cudaDriverGetVersion(&driver), "no driver");
  const Buffer from(kMost);
  const Buffer to(kMost);
  std::printf("# device-to-device copies on %s, driver for CUDA %d.%d, median of %d\n",
              properties.name, driver / 1000, driver % 1000 / 10, kRepeats);
  std::printf("size_bytes,time_us\n");
  for (std::size_t bytes = kLeast; bytes <= kMost; bytes *= 2) {
    std::printf("%zu,%.3f\n", bytes, median_copy_us(from, to, bytes));
    std::fflush(stdout);
  }
}

}  // namespace

int main() {
  try {
    measure();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "commsim_probe: %s\n", error.what());
    return 3;
  }
}
