// About the largest elements: what bounds them is guessed from a sample, which saves the exact
// search on machines where that is slow. How many are kept varies, and all of them may be if they
// are equal; zero is never kept.
#include "collectives/compression/reducers/sparse_reducer.hpp"
#include "core/random.hpp"

namespace commsim::codec_top_k_sampled {
namespace {

class SampledTopK final : public SparseReducer {
 public:
  SampledTopK(double density, double sample, std::uint64_t seed)
      : density_(density), sample_(sample), seeds_(seed) {}

 private:
  [[nodiscard]] Selection select(std::span<const float> values) override {
    return about_largest(values, density_, sample_, seeds_.next());
  }
  [[nodiscard]] std::optional<std::size_t> count(std::size_t /*elements*/) const override {
    return std::nullopt;
  }

  double density_;
  double sample_;
  Random seeds_;  // another sample in each call
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  return std::make_unique<SampledTopK>(part_parameter(parameters.density, "density"),
                                       part_parameter(parameters.sample, "sample"),
                                       parameters.rank_seed);
}

const Registration<Codec> registration{{
    .name = "top_k_sampled",
    .summary = "keeps the elements as large as the part density (default 0.01) of a random part "
               "sample (default 0.01) of them, zero never; about d (32 + 32) bits, or d 32 + 1 if "
               "that is less",
    .reference = "Lin et al., \"Deep gradient compression\", ICLR 2018",
    .bound = "none for what is kept, the smallest kept magnitude for what is not",
    .parameters = {"density", "sample", "seed"},
    .make_reducer = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace commsim::codec_top_k_sampled
