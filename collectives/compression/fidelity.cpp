#include "collectives/compression/fidelity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/error.hpp"

namespace commsim::fidelity {
namespace {

constexpr double kSingleBits = 32;

std::optional<double> quotient(double dividend, double divisor) {
  if (divisor == 0) return std::nullopt;
  return dividend / divisor;
}

void add_sizes(Fidelity& result, std::span<const std::byte> message, std::int64_t carried) {
  const auto m = static_cast<double>(result.elements);
  const double bits = 8 * static_cast<double>(result.message_bytes);
  result.ratio = quotient(kSingleBits * m, bits);
  result.bits_per_element = quotient(bits, m);
  result.entropy = byte_entropy(message);
  if (bits > 0 && carried > 0) {
    result.precision = std::log2(kSingleBits * static_cast<double>(carried) / bits);
  }
}

void add_errors(Fidelity& result, std::span<const float> original, std::span<const float> decoded) {
  double squares = 0;
  double decoded_squares = 0;
  double product = 0;
  double error_squares = 0;
  double error_sum = 0;
  double magnitudes = 0;
  double largest = 0;
  for (std::size_t i = 0; i < original.size(); ++i) {
    const double x = original[i];
    const double y = decoded[i];
    const double error = y - x;
    squares += x * x;
    decoded_squares += y * y;
    product += x * y;
    error_squares += error * error;
    error_sum += error;
    magnitudes += std::fabs(x);
    largest = std::max(largest, std::fabs(error));
  }
  // Fourth powers of single precision neither overflow nor vanish in double precision.
  result.relative_error = quotient(std::sqrt(error_squares), std::sqrt(squares));
  result.cosine = quotient(product, std::sqrt(squares * decoded_squares));
  if (result.cosine) result.cosine = std::clamp(*result.cosine, -1.0, 1.0);
  result.bias = quotient(error_sum, magnitudes);
  if (!original.empty()) result.largest_error = largest;
}

}  // namespace
}  // namespace commsim::fidelity

namespace commsim {

std::optional<double> byte_entropy(std::span<const std::byte> bytes) {
  if (bytes.empty()) return std::nullopt;
  std::array<std::int64_t, 256> counts{};
  for (const std::byte byte : bytes) ++counts[std::to_integer<std::size_t>(byte)];
  const auto total = static_cast<double>(bytes.size());
  double entropy = 0;
  for (const std::int64_t count : counts) {
    if (count == 0) continue;
    const auto occurs = static_cast<double>(count);
    entropy += occurs / total * std::log2(total / occurs);
  }
  return entropy;
}

Fidelity fidelity_of(std::span<const float> original, std::span<const float> decoded,
                     std::span<const std::byte> message, std::int64_t carried) {
  ensure(decoded.size() == original.size(), "a tensor is decoded to its own size");
  ensure(carried >= 0, "a message does not carry fewer numbers than none");
  Fidelity result{.elements = static_cast<std::int64_t>(original.size()),
                  .message_bytes = static_cast<std::int64_t>(message.size())};
  fidelity::add_sizes(result, message, carried);

  std::int64_t zeros = 0;
  bool finite = true;
  for (std::size_t i = 0; i < original.size(); ++i) {
    const bool decoded_finite = std::isfinite(decoded[i]);
    zeros += decoded[i] == 0 ? 1 : 0;
    finite = finite && decoded_finite;
    if (std::isfinite(original[i])) continue;
    finite = false;
    ++result.not_finite;
    result.hidden_overflows += decoded_finite ? 1 : 0;
  }
  result.pruning_rate =
      fidelity::quotient(static_cast<double>(zeros), static_cast<double>(result.elements));
  if (finite) fidelity::add_errors(result, original, decoded);
  return result;
}

}  // namespace commsim
