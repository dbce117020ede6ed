#include "collectives/compression/reducers/sparse_reducer.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "collectives/compression/reducers/support.hpp"

namespace commsim {

void gather(std::span<const float> values, const Selection& selection, std::vector<float>& kept) {
  const std::size_t before = kept.size();
  kept.resize(before + selection.positions.size());
  float* next = kept.data() + before;
  for (const std::uint32_t position : selection.positions) *next++ = values[position];
  if (selection.lost) {
    const auto lost = std::span(kept).subspan(before);
    std::fill(lost.begin(), lost.end(), std::numeric_limits<float>::quiet_NaN());
  }
}

double part_parameter(std::optional<double> parameter, std::string_view name) {
  const double part = parameter.value_or(0.01);
  if (part > 0 && part <= 1) return part;
  throw RequestError(std::string(name) + " is " + std::to_string(part) +
                     ", but a part of the elements is above 0 and at most 1");
}

void SparseReducer::reduce(const TensorView& tensor, std::vector<float>& kept, Encoded& side) {
  check_support(tensor.values.size());
  const Selection selection = select(tensor.values);
  gather(tensor.values, selection, kept);
  write_support(selection.positions, tensor.values.size(), side);
}

void SparseReducer::restore(std::span<const float> kept, std::span<const std::byte> side,
                            TensorShape /*shape*/, std::span<float> tensor) const {
  if (kept.size() != count(tensor.size()).value_or(kept.size())) {
    throw DecodeError("a message keeps another number of elements than its codec does");
  }
  scatter(kept, side, tensor);
}

}  // namespace commsim
