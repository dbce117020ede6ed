// Codecs that write every element.
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/probe/host/codec_check.hpp"
#include "calibrate/probe/host/codec_reference.hpp"
#include "calibrate/probe/kernels/block_codes.hpp"
#include "calibrate/probe/kernels/casts.hpp"
#include "calibrate/probe/kernels/signs.hpp"
#include "calibrate/probe/suites/device_codec.hpp"

namespace commsim::probe {
namespace {

struct Kernels {
  const char* name;
  void (*encode)(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* workspace);
  void (*decode)(cudaStream_t stream, const void* message, std::size_t count, float* values);
};

constexpr std::array<Kernels, 6> kKernels = {{{"fp16", encode_fp16, decode_fp16},
                                              {"bf16", encode_bf16, decode_bf16},
                                              {"fp8_e4m3", encode_fp8_e4m3, decode_fp8_e4m3},
                                              {"int8", encode_int8, decode_int8},
                                              {"int4", encode_int4, decode_int4},
                                              {"one_bit", encode_one_bit, decode_one_bit}}};

class DenseCodec final : public DeviceCodec {
 public:
  DenseCodec(const Kernels& kernels, const CodecTensor& tensor)
      : kernels_(kernels),
        tensor_(tensor),
        count_(tensor.host().size()),
        bytes_(probe::message_bytes(kernels.name, count_)),
        message_(bytes_),
        workspace_(kSignsWorkspace) {}

  void encode(const Stream& stream) override {
    kernels_.encode(stream.get(), tensor_.device(), count_, message_.data(), workspace_.data());
    check(cudaGetLastError(), "cannot encode");
  }
  void decode(const Stream& stream, float* to) override {
    kernels_.decode(stream.get(), message_.data(), count_, to);
    check(cudaGetLastError(), "cannot decode");
  }
  [[nodiscard]] std::string message_fault() const override {
    Message found(bytes_);
    download(found.data(), message_.data(), bytes_);
    return probe::message_fault(kernels_.name, encode_reference(kernels_.name, tensor_.host()),
                                found, count_);
  }
  std::vector<float> put_reference() override {
    const Message message = encode_reference(kernels_.name, tensor_.host());
    upload(message_.data(), message.data(), bytes_);
    return decode_reference(kernels_.name, message, count_);
  }
  [[nodiscard]] std::uint64_t message_bytes() const override { return bytes_; }

 private:
  const Kernels& kernels_;
  const CodecTensor& tensor_;
  std::size_t count_;
  std::size_t bytes_;
  DeviceBuffer message_;
  DeviceBuffer workspace_;
};

}  // namespace

std::unique_ptr<DeviceCodec> make_dense_codec(const std::string& name, const CodecTensor& tensor) {
  for (const Kernels& kernels : kKernels) {
    if (name == kernels.name) return std::make_unique<DenseCodec>(kernels, tensor);
  }
  return nullptr;
}

}  // namespace commsim::probe
