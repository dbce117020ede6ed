#include "calibrate/probe/suites/device_codec.hpp"

#include <stdexcept>

#include "calibrate/probe/host/codec_data.hpp"

namespace commsim::probe {

CodecTensor::CodecTensor(std::size_t count, std::uint64_t seed, bool specials)
    : host_(codec_data(count, seed, specials)), device_(count * sizeof(float)) {
  upload(device_.data(), host_.data(), count * sizeof(float));
}

std::unique_ptr<DeviceCodec> make_device_codec(const std::string& name, const CodecTensor& tensor) {
  if (auto dense = make_dense_codec(name, tensor)) return dense;
  if (auto sparse = make_sparse_codec(name, tensor)) return sparse;
  throw std::runtime_error("no such codec: " + name);
}

void download(void* to, const void* from, std::size_t bytes) {
  check(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "cannot copy to the host");
}

void upload(void* to, const void* from, std::size_t bytes) {
  check(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "cannot copy to the GPU");
  // A copy from pageable memory may return before it is done.
  check(cudaDeviceSynchronize(), "cannot copy to the GPU");
}

}  // namespace commsim::probe
