// Magnitude pruning: the smallest elements become zero, exactly as many as asked for.
#include <algorithm>
#include <cmath>

#include "collectives/compression/reducers/sparse_reducer.hpp"

namespace commsim::codec_pruning {
namespace {

class Pruning final : public SparseReducer {
 public:
  explicit Pruning(double rate) : rate_(rate) {}

 private:
  [[nodiscard]] Selection select(std::span<const float> values) override {
    return largest(values, left_of(values.size()));
  }
  [[nodiscard]] std::optional<std::size_t> count(std::size_t elements) const override {
    return left_of(elements);
  }

  // As the rate is below one, something is left, whatever the product rounds to; an error of its
  // last bits is not rounded down: 29 % of 100 are 29.
  [[nodiscard]] std::size_t left_of(std::size_t elements) const {
    if (elements == 0) return 0;
    const double pruned = std::floor(rate_ * static_cast<double>(elements) * (1 + 0x1p-50));
    return elements - std::min(static_cast<std::size_t>(pruned), elements - 1);
  }

  double rate_;
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  const double rate = parameters.rate.value_or(0.5);
  if (!(rate >= 0 && rate < 1)) {
    throw RequestError("rate is " + std::to_string(rate) +
                       ", but the part of the elements that is pruned is at least 0 and below 1");
  }
  return std::make_unique<Pruning>(rate);
}

const Registration<Codec> registration{{
    .name = "prune",
    .summary =
        "zeroes the part rate (default 0.5) of the elements, rounded down, that is smallest in "
        "magnitude, the last of equal ones; (1 - rho) 32 + 1 bits, or (1 - rho) (32 + 32) if "
        "that is less; if more than are kept are not finite, all become NaN",
    .reference = "Han et al., \"Learning both weights and connections for efficient neural "
                 "networks\", NeurIPS 2015",
    .bound = "none for what is kept, the smallest kept magnitude for what is not",
    .parameters = {"rate"},
    .make_reducer = make,
}};

}  // namespace
}  // namespace commsim::codec_pruning
