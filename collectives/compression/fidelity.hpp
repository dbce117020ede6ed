// What compression does to a tensor: how small it gets, and how far it is from what it was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "collectives/compression/wire.hpp"

namespace commsim {

/// Figures of a tensor x of m elements, its message, and y, what the message decodes to. A figure
/// that is not defined for them is absent: no division by zero, and no error figure if x or y holds
/// what is not a finite number.
struct Fidelity {
  std::int64_t elements = 0;       ///< m
  std::int64_t message_bytes = 0;  ///< of the message
  std::optional<double> ratio;     ///< bytes of x in single precision / bytes of the message
  std::optional<double> bits_per_element;
  /// Entropy of order 0 of the bytes of the message, in bits a byte. No packer that codes each byte
  /// by itself (Huffman, ANS) makes it smaller than entropy / 8 of its size; one that knows more
  /// than how often bytes occur may.
  std::optional<double> entropy;

  std::optional<double> relative_error;  ///< |y - x| / |x| in the Euclidean norm
  std::optional<double> cosine;          ///< of the angle between x and y
  std::optional<double> bias;            ///< sum of (y - x) / sum of |x|
  std::optional<double> largest_error;   ///< the largest |y - x| of an element

  /// rho = (m - m') / m, where m' elements of y are not 0.
  std::optional<double> pruning_rate;
  /// alpha = log2(n / n'), where n = 32 bits is the size of a number of x, and n' that of a number
  /// that the message carries, with its part of indices and scales. With carried = m', the ratio is
  /// 2^alpha / (1 - rho).
  std::optional<double> precision;

  std::int64_t not_finite = 0;  ///< elements of x that are NaN or infinite
  /// Those of them whose y is finite: overflows that training does not notice any more.
  std::int64_t hidden_overflows = 0;
};

/// `carried` is how many numbers the message carries: those that the last reducer kept, all if
/// there is none. REQUIRES: decoded.size() == original.size() and 0 <= carried. Linear in elements
/// and bytes; sums are in double precision.
Fidelity fidelity_of(std::span<const float> original, std::span<const float> decoded,
                     std::span<const std::byte> message, std::int64_t carried);

/// Entropy of order 0 in bits a byte, 0 to 8: sum of p log2(1 / p) over the bytes that occur
/// (Shannon, "A mathematical theory of communication", 1948). Absent for no bytes.
std::optional<double> byte_entropy(std::span<const std::byte> bytes);

}  // namespace commsim
