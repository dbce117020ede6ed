// What reducers make of vectors, for tests.
#pragma once

#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "collectives/compression/codec.hpp"

namespace commsim::support {

inline std::unique_ptr<Reducer> make_reducer(std::string_view name,
                                             const CodecParameters& parameters = {}) {
  return Registry<Codec>::get(name, "codec").make_reducer(parameters);
}

struct ReducedVector {
  std::vector<float> kept;
  Encoded side;
};

inline ReducedVector reduce(Reducer& reducer, const std::vector<float>& values) {
  ReducedVector message;
  reducer.reduce(TensorView::vector(values), message.kept, message.side);
  return message;
}

/// What the reducer forgets to write is NaN.
inline std::vector<float> restore(const Reducer& reducer, const ReducedVector& message,
                                  std::size_t size) {
  std::vector<float> values(size, std::numeric_limits<float>::quiet_NaN());
  reducer.restore(message.kept, message.side, TensorView::vector(values).shape, values);
  return values;
}

/// There and back.
inline std::vector<float> pass(Reducer& reducer, const std::vector<float>& values) {
  return restore(reducer, reduce(reducer, values), values.size());
}

}  // namespace commsim::support
