// Codecs one after another: what a rank really sends, and gets back.
#pragma once

#include <string>
#include <vector>

#include "collectives/compression/codec.hpp"

namespace commsim {

/// One codec of a chain, and what it is told.
struct CodecStage {
  const Codec* codec = nullptr;
  CodecParameters parameters;
};

/// What a chain can do, by what its stages can.
struct ChainTraits {
  bool linear = true;        ///< messages add up, so that they can ride an all-reduce
  int rounds = 1;            ///< of all-reduces, if it is linear
  bool rounds_sums = false;  ///< sums are rounded on the way
  bool sliceable = true;     ///< parts of a tensor may be encoded by themselves
  bool fixed_size = true;    ///< the size of a message depends on the number of elements only
  bool reduces = false;      ///< begins with a reducer, so that sums need more room than addends
};
ChainTraits traits_of(const std::vector<CodecStage>& stages);

/// "top_k + int8 + huffman"
std::string name_of(const std::vector<CodecStage>& stages);

/// What one stage was given in an encode(), for counting its cost.
struct StageInput {
  const Codec* codec = nullptr;
  std::int64_t bytes = 0;  ///< numbers count as single precision
};

/// A codec for whole tensors. A message is, packed by each packer in turn: for each reducer the
/// number of kept values and the size of its side information (16 bytes), the side information of
/// all, and what the quantiser wrote. Packing adds 8 bytes for the size before it. Has the state of
/// its stages, so that each rank needs its own.
class CodecChain {
 public:
  /// Reducers, then at most one quantiser (single precision if there is none), then packers. Throws
  /// RequestError if the order is another, and what a codec throws for its parameters.
  explicit CodecChain(const std::vector<CodecStage>& stages);

  /// Writes the message to `out`, which is replaced; its memory is reused.
  void encode(const TensorView& tensor, Encoded& out);
  /// Writes all of `tensor`, of that shape. Throws DecodeError for what encode() cannot have
  /// written for it; memory is bounded by the shape, whatever the message claims.
  void decode(std::span<const std::byte> message, TensorShape shape, std::span<float> tensor) const;

  /// What the stages were given in the last encode().
  [[nodiscard]] const std::vector<StageInput>& inputs() const { return inputs_; }
  /// How many numbers the last message carries: those that the last reducer kept, or all.
  [[nodiscard]] std::int64_t carried() const { return carried_; }
  /// How many numbers the first reducer kept of the last tensor, or all if there is none.
  [[nodiscard]] std::int64_t first_kept() const { return first_kept_; }
  /// The reducer of a chain that is nothing else, for Reducer::mean_of; or nullptr.
  [[nodiscard]] Reducer* lone_reducer() const;

 private:
  void encode_plain(const TensorView& tensor, Encoded& out);
  void decode_plain(std::span<const std::byte> message, TensorShape shape,
                    std::span<float> tensor) const;

  std::vector<const Codec*> codecs_;
  std::vector<std::unique_ptr<Reducer>> reducers_;
  std::unique_ptr<Quantiser> quantiser_;
  std::vector<std::unique_ptr<Packer>> packers_;
  std::vector<StageInput> inputs_;
  std::int64_t carried_ = 0;
  std::int64_t first_kept_ = 0;
  bool quantises_ = false;  // the quantiser was asked for
};

}  // namespace commsim
