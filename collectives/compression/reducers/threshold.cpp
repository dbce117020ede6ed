// All elements above a fixed magnitude. How many these are is up to the tensor, so that nothing can
// be said about the size of a message but by encoding it.
#include <cmath>
#include <limits>

#include "collectives/compression/reducers/sparse_reducer.hpp"

namespace commsim::codec_threshold {
namespace {

class Threshold final : public SparseReducer {
 public:
  explicit Threshold(float tau) : tau_(tau) {}

 private:
  [[nodiscard]] Selection select(std::span<const float> values) override {
    return larger_than(values, tau_);
  }
  [[nodiscard]] std::optional<std::size_t> count(std::size_t /*elements*/) const override {
    return std::nullopt;
  }

  float tau_;
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  if (!parameters.threshold) {
    throw RequestError(
        "codec threshold needs the parameter threshold: the magnitude above which "
        "elements are kept");
  }
  const double tau = *parameters.threshold;
  if (!(tau >= 0 && tau <= std::numeric_limits<float>::max())) {
    throw RequestError("threshold is " + std::to_string(tau) +
                       ", but a magnitude is a number of single precision and not negative");
  }
  // Rounded as the elements are: 0.3 is not above 0.3.
  return std::make_unique<Threshold>(static_cast<float>(tau));
}

const Registration<Codec> registration{{
    .name = "threshold",
    .summary =
        "keeps the elements whose magnitude is above threshold, rounded to single precision, "
        "and all that are NaN; 32 bits and a position (32 bits, or 1 bit for every element) "
        "for each one kept",
    .reference = "Dryden et al., \"Communication quantization for data-parallel training of deep "
                 "neural networks\", MLHPC 2016, on Strom, Interspeech 2015",
    .bound = "none for what is kept, threshold for what is not",
    .parameters = {"threshold"},
    .make_reducer = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace commsim::codec_threshold
