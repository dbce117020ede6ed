// Random elements, the same on all ranks, since they share the seed and count their calls: no index
// travels, only the number of the call, and messages add up. The kept elements are not scaled by
// n/k, which would make the mean of many draws right but each of them worse: it is meant to be used
// with error feedback, which sends later what is left out now.
#include <algorithm>
#include <bit>

#include "collectives/compression/reducers/sparse_reducer.hpp"
#include "collectives/compression/reducers/support.hpp"
#include "core/random.hpp"

namespace commsim::codec_random_k {
namespace {

// All sets of `count` positions are equally likely. Drawn until enough are different: of the
// positions that are kept or of those that are not, whichever are fewer.
std::vector<std::uint32_t> draw(std::uint64_t seed, std::size_t count, std::size_t elements) {
  const bool kept = count <= elements / 2;
  std::vector<std::uint64_t> marks((elements + 63) / 64);
  Random random(seed);
  for (std::size_t left = kept ? count : elements - count; left > 0;) {
    const std::uint64_t position = random.below(elements);
    std::uint64_t& word = marks[position / 64];
    const std::uint64_t mark = std::uint64_t{1} << (position % 64);
    left -= (word & mark) == 0 ? 1 : 0;
    word |= mark;
  }
  std::vector<std::uint32_t> positions;
  positions.reserve(count);
  for (std::size_t w = 0; w < marks.size(); ++w) {
    std::uint64_t word = kept ? marks[w] : ~marks[w];
    if ((w + 1) * 64 > elements) word &= ~std::uint64_t{0} >> ((w + 1) * 64 - elements);
    for (; word != 0; word &= word - 1) {
      positions.push_back(static_cast<std::uint32_t>(w * 64) +
                          static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
  return positions;
}

class RandomK final : public Reducer {
 public:
  RandomK(double density, std::uint64_t seed) : density_(density), seed_(seed) {}

  void reduce(const TensorView& tensor, std::vector<float>& kept, Encoded& side) override {
    check_support(tensor.values.size());
    Selection selection{.positions = positions(call_, tensor.values.size())};
    selection.lost = any_not_finite(tensor.values) && loses(selection.positions, tensor.values);
    gather(tensor.values, selection, kept);
    put(side, call_++);
  }

  void restore(std::span<const float> kept, std::span<const std::byte> side, TensorShape /*shape*/,
               std::span<float> tensor) const override {
    WireReader reader(side);
    const auto call = reader.take<std::uint64_t>();
    reader.end();
    if (kept.size() != part_of(density_, tensor.size())) {
      throw DecodeError("a message keeps another number of elements than its codec does");
    }
    std::fill(tensor.begin(), tensor.end(), 0.0F);
    const float* next = kept.data();
    for (const std::uint32_t position : positions(call, tensor.size())) tensor[position] = *next++;
  }

 private:
  [[nodiscard]] std::vector<std::uint32_t> positions(std::uint64_t call, std::size_t size) const {
    return draw(mix(seed_) ^ mix(mix(call)), part_of(density_, size), size);
  }

  static bool loses(std::span<const std::uint32_t> positions, std::span<const float> values) {
    const auto not_finite = [](float value) { return any_not_finite({&value, 1}); };
    const auto all = std::count_if(values.begin(), values.end(), not_finite);
    return all > std::count_if(positions.begin(), positions.end(), [&](std::uint32_t position) {
             return not_finite(values[position]);
           });
  }

  double density_;
  std::uint64_t seed_;
  std::uint64_t call_ = 0;
};

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  return std::make_unique<RandomK>(part_parameter(parameters.density, "density"), parameters.seed);
}

const Registration<Codec> registration{{
    .name = "random_k",
    .summary =
        "keeps a random part density (default 0.01) of the elements, rounded up, the same on "
        "all ranks and not scaled; d 32 bits; if one that is not finite is left out, all "
        "become NaN",
    .reference = "Stich, Cordonnier and Jaggi, \"Sparsified SGD with memory\", NeurIPS 2018; with "
                 "equal positions: Vogels, Karimireddy and Jaggi, \"PowerSGD\", NeurIPS 2019",
    .bound = "none for what is kept, its magnitude for what is not",
    .parameters = {"density", "seed"},
    .make_reducer = make,
    .linear = true,
}};

}  // namespace
}  // namespace commsim::codec_random_k
