// What the sparsifiers share: they select positions, and the kept elements travel as they are, in
// the order of their positions, beside these (support.hpp). If an element that is not finite was
// not selected, all that are kept become NaN, so that it cannot be missed.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/reducers/selection.hpp"

namespace commsim {

/// Appends what is selected to `kept`.
void gather(std::span<const float> values, const Selection& selection, std::vector<float>& kept);

/// The parameter, or one hundredth where it is absent; throws RequestError unless it is above 0 and
/// at most 1.
[[nodiscard]] double part_parameter(std::optional<double> parameter, std::string_view name);

class SparseReducer : public Reducer {
 public:
  void reduce(const TensorView& tensor, std::vector<float>& kept, Encoded& side) final;
  void restore(std::span<const float> kept, std::span<const std::byte> side, TensorShape shape,
               std::span<float> tensor) const final;

 private:
  [[nodiscard]] virtual Selection select(std::span<const float> values) = 0;
  /// How many are selected of so many elements; nothing if that depends on their values.
  [[nodiscard]] virtual std::optional<std::size_t> count(std::size_t elements) const = 0;
};

}  // namespace commsim
