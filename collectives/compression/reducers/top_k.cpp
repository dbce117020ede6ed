// The largest elements, a fixed part of them. Exactly so many are kept, whatever the values are,
// so that the size of a message depends on the number of elements only.
#include "collectives/compression/reducers/sparse_reducer.hpp"

namespace commsim::codec_top_k {
namespace {

class TopK final : public SparseReducer {
 public:
  explicit TopK(double density) : density_(density) {}

 private:
  [[nodiscard]] Selection select(std::span<const float> values) override {
    return largest(values, part_of(density_, values.size()));
  }
  [[nodiscard]] std::optional<std::size_t> count(std::size_t elements) const override {
    return part_of(density_, elements);
  }

  double density_;
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  return std::make_unique<TopK>(part_parameter(parameters.density, "density"));
}

const Registration<Codec> registration{{
    .name = "top_k",
    .summary =
        "keeps the part density (default 0.01) of the elements, rounded up, that is largest in "
        "magnitude, equal ones by position; d (32 + 32) bits, or d 32 + 1 if that is less; if "
        "more than these are not finite, all become NaN",
    .reference =
        "Aji and Heafield, \"Sparse communication for distributed gradient descent\", EMNLP "
        "2017; Stich, Cordonnier and Jaggi, \"Sparsified SGD with memory\", NeurIPS 2018",
    .bound = "none for what is kept, the smallest kept magnitude for what is not",
    .parameters = {"density"},
    .make_reducer = make,
}};

}  // namespace
}  // namespace commsim::codec_top_k
