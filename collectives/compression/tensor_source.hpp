// Generated tensors, for what codecs make of them: the extension point for kinds of them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "collectives/compression/tensor.hpp"
#include "core/registry.hpp"

namespace commsim {

/// A registered kind of tensor.
struct TensorKind {
  std::string_view name;
  std::string_view summary;  ///< one sentence, with the distribution of an element
  /// Writes all of `values`, of that shape. The same for the same shape and seed.
  void (*fill)(TensorShape shape, std::uint64_t seed, std::span<float> values) = nullptr;
};

constexpr std::int64_t kMostGeneratedElements = std::int64_t{1} << 30U;

/// A tensor of a registered kind, named after it. Throws RequestError for an unknown kind, with the
/// legal ones, for a shape without elements or with a negative side, and for more than
/// kMostGeneratedElements.
Tensor generate(std::string_view kind, TensorShape shape, std::uint64_t seed);

}  // namespace commsim
