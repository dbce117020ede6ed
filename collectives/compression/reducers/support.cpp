#include "collectives/compression/reducers/support.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "core/error.hpp"

namespace commsim {
namespace codec_support {
namespace {

enum class Form : std::uint8_t { kIndices = 0, kBitmap = 1 };

constexpr std::size_t kWordBits = 64;

std::size_t bitmap_size(std::size_t elements) { return elements / 8 + (elements % 8 != 0 ? 1 : 0); }

Form form_of(std::size_t kept, std::size_t elements) {
  return kept * sizeof(std::uint32_t) > bitmap_size(elements) ? Form::kBitmap : Form::kIndices;
}

std::vector<std::uint64_t> words_for(std::size_t elements) {
  return std::vector<std::uint64_t>(elements / kWordBits + (elements % kWordBits != 0 ? 1 : 0));
}

void write_bitmap(std::span<const std::uint32_t> positions, std::size_t elements, Encoded& out) {
  std::vector<std::uint64_t> words = words_for(elements);
  for (const std::uint32_t position : positions) {
    words[position / kWordBits] |= std::uint64_t{1} << (position % kWordBits);
  }
  const auto bytes = std::as_bytes(std::span(words)).first(bitmap_size(elements));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void scatter_by_indices(std::span<const float> kept, WireReader& reader, std::span<float> tensor) {
  const auto bytes = reader.take_bytes(kept.size() * sizeof(std::uint32_t));
  std::size_t least = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::uint32_t position = 0;
    std::memcpy(&position, bytes.data() + i * sizeof position, sizeof position);
    if (position < least || position >= tensor.size()) {
      throw DecodeError(
          "the positions of the kept elements are not ascending, or not in the tensor");
    }
    tensor[position] = kept[i];
    least = std::size_t{position} + 1;
  }
}

void scatter_by_bitmap(std::span<const float> kept, WireReader& reader, std::span<float> tensor) {
  std::vector<std::uint64_t> words = words_for(tensor.size());
  const auto bytes = reader.take_bytes(bitmap_size(tensor.size()));
  if (!bytes.empty()) std::memcpy(words.data(), bytes.data(), bytes.size());

  std::size_t set = 0;
  for (const std::uint64_t word : words) set += static_cast<std::size_t>(std::popcount(word));
  const std::size_t last = tensor.size() % kWordBits;
  if (set != kept.size() || (last != 0 && words.back() >> last != 0)) {
    throw DecodeError("the bitmap of the kept elements does not fit their number");
  }
  const float* next = kept.data();
  for (std::size_t w = 0; w < words.size(); ++w) {
    float* const base = tensor.data() + w * kWordBits;
    for (std::uint64_t word = words[w]; word != 0; word &= word - 1) {
      base[std::countr_zero(word)] = *next++;
    }
  }
}

}  // namespace
}  // namespace codec_support

using codec_support::Form;

void check_support(std::size_t elements) {
  if (elements > std::size_t{1} << 32U) {
    throw RequestError("a tensor of " + std::to_string(elements) +
                       " elements cannot be made sparse; at most 2^32 elements have an index");
  }
}

std::size_t support_size(std::size_t kept, std::size_t elements) {
  return 1 + std::min(kept * sizeof(std::uint32_t), codec_support::bitmap_size(elements));
}

void write_support(std::span<const std::uint32_t> positions, std::size_t elements, Encoded& out) {
  check_support(elements);
  out.reserve(out.size() + support_size(positions.size(), elements));
  const Form form = codec_support::form_of(positions.size(), elements);
  put(out, static_cast<std::uint8_t>(form));
  if (form == Form::kIndices) {
    put_all(out, positions);
  } else {
    codec_support::write_bitmap(positions, elements, out);
  }
}

void scatter(std::span<const float> kept, std::span<const std::byte> side,
             std::span<float> tensor) {
  if (kept.size() > tensor.size()) {
    throw DecodeError("more elements are kept than the tensor has");
  }
  WireReader reader(side);
  const Form form = codec_support::form_of(kept.size(), tensor.size());
  if (reader.take<std::uint8_t>() != static_cast<std::uint8_t>(form)) {
    throw DecodeError("the positions of the kept elements are written in no known form");
  }
  std::fill(tensor.begin(), tensor.end(), 0.0F);
  if (form == Form::kIndices) {
    codec_support::scatter_by_indices(kept, reader, tensor);
  } else {
    codec_support::scatter_by_bitmap(kept, reader, tensor);
  }
  reader.end();
}

}  // namespace commsim
