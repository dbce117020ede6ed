// Encoding and decoding on the GPU, held to the host's reference before it is timed, and to a copy
// of as many bytes.
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/cuda/resources.hpp"
#include "calibrate/probe/host/codec_check.hpp"
#include "calibrate/probe/host/codec_step.hpp"
#include "calibrate/probe/host/sampler.hpp"
#include "calibrate/probe/suites/device_codec.hpp"
#include "calibrate/probe/suites/suites.hpp"

namespace commsim::probe {
namespace {

constexpr std::uint64_t kGrain = 4096;  // bytes of 1024 elements, of which kernels take whole ones

// Microseconds in which the GPU copies so many bytes within its memory, each read and written.
double copy_time(std::uint64_t size) {
  const DeviceBuffer from(size);
  const DeviceBuffer to(size);
  const Stream stream;
  const StreamTimer timer;
  const auto run = [&](int count) {
    return time_on_stream(stream, timer, count, [&] {
      check(cudaMemcpyAsync(to.data(), from.data(), size, cudaMemcpyDeviceToDevice, stream.get()),
            "cannot copy");
    });
  };
  SamplerSettings settings;
  settings.seconds = 0.2;
  return sample(run, settings).median;
}

class CodecRun final : public Operation {
 public:
  CodecRun(const CodecStep& step, std::uint64_t size, std::uint64_t seed)
      : step_(step),
        size_(size),
        // A mean of what is not all finite says nothing of the sum.
        tensor_(size / sizeof(float), seed, step.codec != "one_bit"),
        codec_(make_device_codec(step.codec, tensor_)),
        decoded_(step.decodes ? size : 0) {}

  double run(Place /*place*/, int count) override {
    return time_on_stream(stream_, timer_, count, [&] { enqueue(); });
  }

  // A fault ends the case, as its time would be one of something else.
  std::optional<std::uint64_t> wrong(Place /*place*/) override {
    const std::vector<float> expected =
        step_.decodes ? codec_->put_reference() : std::vector<float>{};
    enqueue();
    stream_.wait();
    const std::string fault = step_.decodes ? decoded_fault(expected) : codec_->message_fault();
    if (!fault.empty()) throw std::runtime_error("against the reference " + fault);
    return 0;
  }

  Facts facts() override {
    Facts facts;
    facts.count = tensor_.host().size();
    facts.moved = size_ + codec_->message_bytes();
    facts.bus_factor = static_cast<double>(facts.moved) / static_cast<double>(size_);
    facts.copy_time = copy_time(facts.moved / 2);
    facts.what =
        "tensor and message count once each as moved; copy_us is a copy that moves as many";
    return facts;
  }

 private:
  void enqueue() {
    if (step_.decodes) {
      codec_->decode(stream_, static_cast<float*>(decoded_.data()));
    } else {
      codec_->encode(stream_);
    }
  }
  [[nodiscard]] std::string decoded_fault(const std::vector<float>& expected) const {
    std::vector<float> found(expected.size());
    download(found.data(), decoded_.data(), size_);
    return number_fault(expected, found);
  }

  CodecStep step_;
  std::uint64_t size_;
  CodecTensor tensor_;
  std::unique_ptr<DeviceCodec> codec_;
  DeviceBuffer decoded_;
  Stream stream_;
  StreamTimer timer_;
};

}  // namespace

std::unique_ptr<Operation> make_codec(const Case& which, std::uint64_t seed) {
  if (which.size == 0 || which.size % kGrain != 0) {
    throw std::runtime_error("codecs take a multiple of " + std::to_string(kGrain) + " bytes");
  }
  return std::make_unique<CodecRun>(codec_step(which.operation), which.size, seed);
}

}  // namespace commsim::probe
