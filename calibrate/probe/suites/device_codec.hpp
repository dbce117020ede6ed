// A codec on the GPU with a tensor, its message, and the host's reference for both.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/probe/cuda/resources.hpp"

namespace commsim::probe {

/// A tensor on the host, and the same in the memory of the GPU.
class CodecTensor {
 public:
  /// codec_data() of such a seed. REQUIRES: a count that is a multiple of 1024.
  CodecTensor(std::size_t count, std::uint64_t seed, bool specials);
  [[nodiscard]] const std::vector<float>& host() const { return host_; }
  [[nodiscard]] float* device() const { return static_cast<float*>(device_.data()); }

 private:
  std::vector<float> host_;
  DeviceBuffer device_;
};

/// Holds the memory of the message. All throw std::runtime_error if the device fails.
class DeviceCodec {
 public:
  DeviceCodec() = default;
  DeviceCodec(const DeviceCodec&) = delete;
  DeviceCodec& operator=(const DeviceCodec&) = delete;
  virtual ~DeviceCodec() = default;

  /// Put into the stream: the tensor into the message, and the message into `to`.
  virtual void encode(const Stream& stream) = 0;
  virtual void decode(const Stream& stream, float* to) = 0;

  /// What the first element of the message is that differs from the reference; empty: none.
  [[nodiscard]] virtual std::string message_fault() const = 0;
  /// Makes the reference's message the one that is decoded, and gives what it decodes to.
  virtual std::vector<float> put_reference() = 0;
  /// Of the message as it is.
  [[nodiscard]] virtual std::uint64_t message_bytes() const = 0;
};

/// One of dense_codecs() or sparse_codecs(). The tensor must outlive it. Throws std::runtime_error
/// for another name.
std::unique_ptr<DeviceCodec> make_device_codec(const std::string& name, const CodecTensor& tensor);

/// These two do so for one kind; nothing if it is none of it.
std::unique_ptr<DeviceCodec> make_dense_codec(const std::string& name, const CodecTensor& tensor);
std::unique_ptr<DeviceCodec> make_sparse_codec(const std::string& name, const CodecTensor& tensor);

/// `bytes` from the GPU, and to it. They wait.
void download(void* to, const void* from, std::size_t bytes);
void upload(void* to, const void* from, std::size_t bytes);

}  // namespace commsim::probe
