#include "collectives/compression/reducers/selection.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "core/random.hpp"

namespace commsim {
namespace codec_selection {
namespace {

// The bits of a magnitude, as a whole number, are in the order of the magnitudes.
using Key = std::int32_t;
constexpr Key kNotFinite = 0x7f800000;
constexpr Key kMostKey = std::numeric_limits<Key>::max();

// NaN has larger raw keys than infinity, which is why ranges that end there end at kMostKey.
Key raw_key(float value) { return std::bit_cast<Key>(value) & 0x7fffffff; }
Key key_of(float value) { return std::min(raw_key(value), kNotFinite); }

// All keys above `key` are selected, and the first `ties` that are equal to it.
struct MagnitudeCut {
  Key key = 0;
  std::size_t ties = 0;
  bool lost = false;
};

constexpr std::size_t kAllTies = std::numeric_limits<std::size_t>::max();

// A bit of a word for each of 64 values, so that only the bits that are set are looked at one by
// one.
constexpr std::size_t kBlock = 64;
using Mask = std::uint64_t;

// Which have a raw key above `bound`. REQUIRES: 64 values.
#ifdef __SSE2__
Mask above(const float* values, Key bound) {
  const __m128i bounds = _mm_set1_epi32(bound);
  const __m128i magnitude = _mm_set1_epi32(0x7fffffff);
  const auto four = [&](const float* at) {
    const __m128i bits = _mm_castps_si128(_mm_loadu_ps(at));
    return _mm_cmpgt_epi32(_mm_and_si128(bits, magnitude), bounds);
  };
  const auto eight = [&](const float* at) { return _mm_packs_epi32(four(at), four(at + 4)); };
  Mask mask = 0;
  for (unsigned i = 0; i < kBlock; i += 16) {
    const __m128i sixteen = _mm_packs_epi16(eight(values + i), eight(values + i + 8));
    mask |= static_cast<Mask>(_mm_movemask_epi8(sixteen)) << i;
  }
  return mask;
}
#else
Mask above(const float* values, Key bound) {
  Mask mask = 0;
  for (unsigned i = 0; i < kBlock; ++i) {
    const Key key = std::bit_cast<Key>(values[i]) & 0x7fffffff;
    mask |= Mask{key > bound ? 1U : 0U} << i;
  }
  return mask;
}
#endif

// Calls visit(start, block, valid) for each 64 values, where `valid` has the bits of those that
// there are. Stops where it returns false.
template <typename Visit>
void for_blocks(std::span<const float> values, const Visit& visit) {
  std::size_t start = 0;
  for (; start + kBlock <= values.size(); start += kBlock) {
    if (!visit(start, values.data() + start, ~Mask{0})) return;
  }
  if (start == values.size()) return;
  std::array<float, kBlock> rest{};
  std::copy(values.begin() + static_cast<std::ptrdiff_t>(start), values.end(), rest.begin());
  visit(start, rest.data(), ~Mask{0} >> (kBlock - (values.size() - start)));
}

std::size_t ones(Mask mask) { return static_cast<std::size_t>(std::popcount(mask)); }

// The cut that selects the `count` largest, found 11, 10 and 10 bits at a time.
// REQUIRES: 0 < count <= values.size().
MagnitudeCut cut_for(std::span<const float> values, std::size_t count) {
  Key prefix = 0;
  int known = 31;  // the bits above this one are those of prefix
  std::size_t wanted = count;
  bool lost = false;
  for (const int shift : {20, 10, 0}) {
    std::array<std::size_t, 2048> tally{};
    const Key mask = (1 << (known - shift)) - 1;
    for (const float value : values) {
      const Key key = key_of(value);
      if (key >> known == prefix) ++tally[static_cast<std::size_t>((key >> shift) & mask)];
    }
    auto bucket = static_cast<std::size_t>(mask);
    while (tally[bucket] < wanted) wanted -= tally[bucket--];
    lost = tally[bucket] > wanted;
    prefix = (prefix << (known - shift)) | static_cast<Key>(bucket);
    known = shift;
  }
  return {.key = prefix, .ties = wanted, .lost = lost && prefix == kNotFinite};
}

std::vector<std::uint32_t> select(std::span<const float> values, MagnitudeCut cut,
                                  std::size_t expected) {
  std::vector<std::uint32_t> positions(expected + kBlock);
  std::size_t count = 0;
  const Key last = cut.key == kNotFinite ? kMostKey : cut.key;
  for_blocks(values, [&](std::size_t start, const float* block, Mask valid) {
    Mask selected = above(block, last) & valid;
    if (cut.ties > 0) {
      for (Mask ties = above(block, cut.key - 1) & valid & ~selected; ties != 0 && cut.ties > 0;
           ties &= ties - 1) {
        selected |= ties & (0 - ties);
        --cut.ties;
      }
    }
    if (positions.size() - count < kBlock) positions.resize(2 * positions.size());
    std::uint32_t* next = positions.data() + count;
    count += ones(selected);
    for (; selected != 0; selected &= selected - 1) {
      *next++ = static_cast<std::uint32_t>(start) +
                static_cast<std::uint32_t>(std::countr_zero(selected));
    }
    return true;
  });
  positions.resize(count);
  return positions;
}

// One element at random of each of `count` equal parts. REQUIRES: 0 < count <= values.size().
std::vector<float> sample_of(std::span<const float> values, std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> sample(count);
  std::size_t start = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = (i + 1) * values.size() / count;
    sample[i] = values[start + random.below(end - start)];
    start = end;
  }
  return sample;
}

struct Band {
  std::size_t above = 0;        // how many keys are larger than all of the band
  std::size_t within = 0;       // how many are in it
  std::vector<float> elements;  // the values of these, unless they have all one key
};

// Nothing if there are more than `limit` elements.
std::optional<Band> band_of(std::span<const float> values, Key low, Key high, std::size_t limit) {
  Band band;
  const Key last = high == kNotFinite ? kMostKey : high;
  for_blocks(values, [&](std::size_t /*start*/, const float* block, Mask valid) {
    const Mask over = above(block, last) & valid;
    Mask in = above(block, low - 1) & valid & ~over;
    band.above += ones(over);
    band.within += ones(in);
    if (low == high) return true;
    for (; in != 0; in &= in - 1) band.elements.push_back(block[std::countr_zero(in)]);
    return band.elements.size() <= limit;
  });
  if (band.elements.size() > limit) return std::nullopt;
  return band;
}

// The cut for `count` if it lies in a band guessed from a sample: four standard deviations of the
// rank in the sample to each side.
std::optional<MagnitudeCut> guessed_cut(std::span<const float> values, std::size_t count) {
  constexpr std::size_t kLeast = 1U << 14U;
  constexpr std::size_t kLargestSample = 1U << 16U;
  if (values.size() < kLeast) return std::nullopt;
  const std::size_t size = std::min(values.size() / 16, kLargestSample);
  const std::vector<float> sample = sample_of(values, size, values.size());

  const double part = static_cast<double>(count) / static_cast<double>(values.size());
  const double rank = part * static_cast<double>(size);
  const double slack = 4 * std::sqrt(rank * (1 - part)) + 8;
  const auto key_at = [&](double at) {
    if (at < 1) return kNotFinite;
    if (at >= static_cast<double>(size)) return Key{0};
    return cut_for(sample, static_cast<std::size_t>(at)).key;
  };
  const std::size_t expected = static_cast<std::size_t>(2 * slack) * (values.size() / size);
  const Key low = key_at(rank + slack);
  const Key high = key_at(rank - slack);
  const auto band = band_of(values, low, high, 4 * expected);
  if (!band || band->above >= count || band->above + band->within < count) return std::nullopt;
  const std::size_t wanted = count - band->above;
  if (low < high) return cut_for(band->elements, wanted);
  return MagnitudeCut{
      .key = low, .ties = wanted, .lost = low == kNotFinite && band->within > wanted};
}

}  // namespace
}  // namespace codec_selection

std::size_t part_of(double density, std::size_t elements) {
  if (elements == 0) return 0;
  const double part = std::ceil(density * static_cast<double>(elements) * (1 - 0x1p-50));
  return std::clamp(static_cast<std::size_t>(part), std::size_t{1}, elements);
}

Selection larger_than(std::span<const float> values, float tau) {
  using namespace codec_selection;
  return {.positions = select(values, {.key = raw_key(tau)}, values.size() / 16)};
}

Selection largest(std::span<const float> values, std::size_t count) {
  using namespace codec_selection;
  if (count == 0) return {.positions = {}, .lost = any_not_finite(values)};
  if (count == values.size()) {
    Selection all{.positions = std::vector<std::uint32_t>(count)};
    std::iota(all.positions.begin(), all.positions.end(), 0U);
    return all;
  }
  const std::optional<MagnitudeCut> guess = guessed_cut(values, count);
  const MagnitudeCut cut = guess ? *guess : cut_for(values, count);
  return {.positions = select(values, cut, count), .lost = cut.lost};
}

Selection about_largest(std::span<const float> values, double density, double sample,
                        std::uint64_t seed) {
  using namespace codec_selection;
  if (values.empty()) return {};
  const double ten = std::min(std::ceil(10 / density), static_cast<double>(values.size()));
  const std::size_t size = std::max(part_of(sample, values.size()), static_cast<std::size_t>(ten));
  const Key bound = cut_for(sample_of(values, size, seed), part_of(density, size)).key;
  const std::size_t expected = part_of(density, values.size());
  return {.positions = select(values, {.key = std::max(bound, Key{1}), .ties = kAllTies},
                              expected + expected / 4)};
}

bool any_not_finite(std::span<const float> values) {
  using namespace codec_selection;
  bool any = false;
  for_blocks(values, [&](std::size_t /*start*/, const float* block, Mask valid) {
    any = (above(block, kNotFinite - 1) & valid) != 0;
    return !any;
  });
  return any;
}

}  // namespace commsim
