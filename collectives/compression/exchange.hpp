// How compressed tensors travel and what becomes of their mean.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectives/compression/chain.hpp"

namespace commsim {

/// How ranks come to the sum of what each has, when messages are compressed.
enum class Exchange : std::uint8_t {
  kAllReduce,  ///< messages add up on their way: linear codecs only
  kAllGather,  ///< everybody gets every message, and sums
  kTwoShot,    ///< each sums one part of all, and encodes it again for everybody
  kPerHop,     ///< a ring that decodes, adds and encodes again at every hop
};

/// "all_reduce", "all_gather", "two_shot", "per_hop", in this order.
const std::vector<std::string>& exchange_names();
std::string_view name_of(Exchange exchange);
/// Throws RequestError with the legal ones.
Exchange exchange_of(std::string_view name);

/// Throws RequestError with the reason if messages of such a chain cannot travel so.
void refuse_unfit(const std::vector<CodecStage>& stages, Exchange exchange);
/// all_reduce where that can be, then two_shot, unless the chain is sparse or cannot be cut; then
/// all_gather.
Exchange default_exchange(const std::vector<CodecStage>& stages);

/// Ranks that exchange tensors, each with codecs of its own, and keep what they have left unsent.
class ExchangeGroup {
 public:
  /// Throws RequestError as CodecChain and refuse_unfit() do. REQUIRES: ranks >= 1.
  ExchangeGroup(const std::vector<CodecStage>& stages, Exchange exchange, int ranks,
                bool error_feedback);

  /// Writes what the exchange makes of the mean of `tensors`, one of each rank and all of one
  /// shape, which is the same from call to call if there is error feedback. With it a rank adds
  /// what it failed to send the last time to what it sends (Seide et al. 2014; Karimireddy et al.
  /// 2019).
  void mean(std::span<const TensorView> tensors, std::span<float> mean);

  /// What ranks keep for error feedback: bytes of a rank, 0 without it or before the first call.
  [[nodiscard]] std::int64_t feedback_bytes() const;
  /// The L2 norm of what a rank has not sent so far; 0 without error feedback.
  [[nodiscard]] double residual_norm(int rank) const;

 private:
  using Vector = std::vector<float>;
  void all_reduce(std::vector<Vector>& sent, TensorShape shape, std::span<float> sum);
  void two_shot(std::vector<Vector>& sent, std::span<float> sum);
  void per_hop(std::vector<Vector>& sent, std::span<float> sum);
  // Of a linear chain: what each rank does by itself, and what all do with one scale.
  void split(const std::vector<CodecStage>& stages);
  void through(CodecChain& chain, TensorShape shape, std::span<float> values);
  // Replaces `values` by what the chain of a rank makes of them.
  void pass(int rank, TensorShape shape, std::span<float> values);
  bool in_rounds(std::span<const TensorView> tensors, std::span<float> mean);

  Exchange exchange_;
  ChainTraits traits_;
  std::vector<CodecChain> chains_;
  std::vector<CodecChain> reducers_;     // of all_reduce, by rank
  std::optional<CodecChain> quantiser_;  // of all_reduce
  bool error_feedback_;
  std::vector<Vector> residuals_;
  Vector unsent_sums_;  // of two_shot: each part with the rank that sums it
  Encoded message_;
};

}  // namespace commsim
