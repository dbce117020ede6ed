// The extension point for compression: one file holds one codec and registers it. There are three
// kinds, which chains (chain.hpp) put together in this order: reducers keep fewer numbers, one
// quantiser writes them in fewer bits, packers write these bytes in fewer bytes.
//
// What is not a number must not get lost, since training notices overflow by it: where a codec
// cannot carry NaN or infinity, what it decodes to is NaN at least there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/compression/tensor.hpp"
#include "collectives/compression/wire.hpp"
#include "core/registry.hpp"
#include "core/units.hpp"

namespace commsim {

/// What codecs can be told. Absent parameters take the codec's documented default. Codecs check the
/// range of their own and throw RequestError with what is legal.
struct CodecParameters {
  std::optional<double> density{};       ///< part of the elements that is kept, 0 < d <= 1
  std::optional<double> rate{};          ///< part of the elements that is pruned, 0 <= rho < 1
  std::optional<double> threshold{};     ///< tau: kept is where |x| > tau
  std::optional<double> scale{};         ///< S of round(x / S)
  std::optional<double> sample{};        ///< part of the elements that a threshold is guessed from
  std::optional<std::int64_t> block{};   ///< elements that share a scale
  std::optional<std::int64_t> levels{};  ///< s of QSGD
  std::optional<std::int64_t> rank{};    ///< of a low-rank approximation
  std::optional<std::int64_t> level{};   ///< of effort, of a packer
  std::int64_t ranks = 1;       ///< whose sum must not overflow; set by what runs the codec
  std::uint64_t seed = 1;       ///< what all ranks share
  std::uint64_t rank_seed = 1;  ///< what each rank has for itself
};

/// Keeps fewer numbers than it is given. May keep state from call to call (a warm start, a counter
/// that random numbers depend on), so that each rank needs its own, and all must call alike.
class Reducer {
 public:
  Reducer() = default;
  Reducer(const Reducer&) = delete;
  Reducer& operator=(const Reducer&) = delete;
  virtual ~Reducer() = default;

  /// Appends the numbers that are kept to `kept`, and what restore() needs beside them to `side`.
  virtual void reduce(const TensorView& tensor, std::vector<float>& kept, Encoded& side) = 0;
  /// Writes all of `tensor`, of that shape. The numbers kept may have been rounded meanwhile.
  /// Throws DecodeError for what reduce() cannot have written.
  virtual void restore(std::span<const float> kept, std::span<const std::byte> side,
                       TensorShape shape, std::span<float> tensor) const = 0;
  /// For a linear reducer whose ranks add up more than once on the way (PowerSGD): writes what the
  /// exchange makes of the mean of `tensors`, where peers[i], one of them this, has tensors[i], and
  /// keeps the state of all. False, and nothing done, if the messages of reduce() simply add up.
  virtual bool mean_of(std::span<Reducer* const> /*peers*/, std::span<const TensorView> /*tensors*/,
                       std::span<float> /*mean*/) {
    return false;
  }
};

/// Writes numbers in fewer bits. May keep state as a Reducer may.
class Quantiser {
 public:
  Quantiser() = default;
  Quantiser(const Quantiser&) = delete;
  Quantiser& operator=(const Quantiser&) = delete;
  virtual ~Quantiser() = default;

  /// Appends the numbers to `out`.
  virtual void encode(std::span<const float> values, Encoded& out) = 0;
  /// Reads exactly values.size() numbers, which takes all of `in`. Throws DecodeError for what
  /// encode() cannot have written.
  virtual void decode(std::span<const std::byte> in, std::span<float> values) const = 0;
};

/// Writes bytes in fewer bytes, without loss. Stateless.
class Packer {
 public:
  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  virtual ~Packer() = default;

  /// Appends the packed form of `in` to `out`.
  virtual void pack(std::span<const std::byte> in, Encoded& out) const = 0;
  /// Writes exactly out.size() bytes. Throws DecodeError if `in` does not unpack to so many.
  virtual void unpack(std::span<const std::byte> in, std::span<std::byte> out) const = 0;
};

/// A registered codec. Exactly one of the three makers is there.
struct Codec {
  std::string_view name;
  std::string_view summary;    ///< one sentence, with the bits of an element
  std::string_view reference;  ///< where it is described
  std::string_view bound;      ///< how far a decoded element may be from what it was, as text
  std::vector<std::string_view> parameters;  ///< of CodecParameters, by their names
  std::unique_ptr<Reducer> (*make_reducer)(const CodecParameters& parameters) = nullptr;
  std::unique_ptr<Quantiser> (*make_quantiser)(const CodecParameters& parameters) = nullptr;
  std::unique_ptr<Packer> (*make_packer)(const CodecParameters& parameters) = nullptr;
  /// Whether encoded messages of all ranks add up like what they encode, so that they can ride an
  /// all-reduce.
  bool linear = false;
  /// Of a linear codec: how often the ranks add up, one all-reduce after another.
  int rounds = 1;
  /// Of a linear codec: whether each sum on the way is rounded again, as those of casts are.
  bool rounds_sums = false;
  /// Of a linear codec: bytes that an all-reduce must settle before anybody encodes, such as the
  /// largest number of all ranks.
  Bytes agreed{0};
  /// Whether any part of a tensor may be encoded by itself (not so for matrices).
  bool sliceable = true;
  /// Whether the size of a message depends on the number of elements only.
  bool fixed_size = true;
};

}  // namespace commsim
