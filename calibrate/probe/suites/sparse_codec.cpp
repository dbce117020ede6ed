// Codecs that keep some elements and their positions.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/probe/host/codec_check.hpp"
#include "calibrate/probe/host/codec_data.hpp"
#include "calibrate/probe/host/codec_reference.hpp"
#include "calibrate/probe/host/sparse_reference.hpp"
#include "calibrate/probe/kernels/sparse.hpp"
#include "calibrate/probe/suites/device_codec.hpp"

namespace commsim::probe {
namespace {

class SparseCodec final : public DeviceCodec {
 public:
  SparseCodec(bool ranks, const CodecTensor& tensor)
      : ranks_(ranks),
        tensor_(tensor),
        elements_(tensor.host().size()),
        count_(sizeof(std::uint32_t)),
        positions_(elements_ * sizeof(std::uint32_t)),
        values_(elements_ * sizeof(float)),
        workspace_(ranks ? top_k_workspace(elements_) : threshold_workspace(elements_)) {}

  void encode(const Stream& stream) override {
    if (ranks_) {
      encode_top_k(stream.get(), tensor_.device(), elements_, top_k_kept(elements_), message(),
                   workspace_.data());
    } else {
      encode_threshold(stream.get(), tensor_.device(), elements_, kCodecThreshold, message(),
                       workspace_.data());
    }
    check(cudaGetLastError(), "cannot encode");
  }
  void decode(const Stream& stream, float* to) override {
    decode_sparse(stream.get(), message(), elements_, to);
    check(cudaGetLastError(), "cannot decode");
  }

  [[nodiscard]] std::string message_fault() const override {
    const std::size_t kept = kept_now();
    if (kept > elements_) return std::to_string(kept) + " elements are kept";
    Sparse found{std::vector<std::uint32_t>(kept), std::vector<float>(kept)};
    download(found.positions.data(), positions_.data(), kept * sizeof(std::uint32_t));
    download(found.values.data(), values_.data(), kept * sizeof(float));
    return sparse_fault(reference(), found);
  }
  std::vector<float> put_reference() override {
    const Sparse sparse = reference();
    const auto kept = static_cast<std::uint32_t>(sparse.positions.size());
    upload(count_.data(), &kept, sizeof kept);
    upload(positions_.data(), sparse.positions.data(), kept * sizeof(std::uint32_t));
    upload(values_.data(), sparse.values.data(), kept * sizeof(float));
    return spread(sparse, elements_);
  }
  [[nodiscard]] std::uint64_t message_bytes() const override {
    return kept_now() * (sizeof(std::uint32_t) + sizeof(float));
  }

 private:
  [[nodiscard]] SparseMessage message() const {
    return {static_cast<std::uint32_t*>(count_.data()),
            static_cast<std::uint32_t*>(positions_.data()), static_cast<float*>(values_.data())};
  }
  [[nodiscard]] std::size_t kept_now() const {
    std::uint32_t kept = 0;
    download(&kept, count_.data(), sizeof kept);
    return kept;
  }
  [[nodiscard]] Sparse reference() const {
    return ranks_ ? keep_largest(tensor_.host(), top_k_kept(elements_))
                  : keep_above(tensor_.host(), kCodecThreshold);
  }

  bool ranks_;  // keeps the largest, and not all above a threshold
  const CodecTensor& tensor_;
  std::size_t elements_;
  DeviceBuffer count_;
  DeviceBuffer positions_;
  DeviceBuffer values_;
  DeviceBuffer workspace_;
};

}  // namespace

std::unique_ptr<DeviceCodec> make_sparse_codec(const std::string& name, const CodecTensor& tensor) {
  if (name != "top_k" && name != "threshold") return nullptr;
  return std::make_unique<SparseCodec>(name == "top_k", tensor);
}

}  // namespace commsim::probe
