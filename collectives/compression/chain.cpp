#include "collectives/compression/chain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace commsim::codec_chain {
namespace {

enum class Kind : std::uint8_t { kReducer, kQuantiser, kPacker };

Kind kind_of(const Codec& codec) {
  if (codec.make_reducer != nullptr) return Kind::kReducer;
  return codec.make_quantiser != nullptr ? Kind::kQuantiser : Kind::kPacker;
}

// No codec writes more for an element, whatever its scales and indices take.
constexpr std::size_t kMostBytesOfAnElement = 16;
constexpr std::size_t kMostBytesBeside = 4096;

std::size_t most_bytes(TensorShape shape) {
  return static_cast<std::size_t>(shape.elements()) * kMostBytesOfAnElement + kMostBytesBeside;
}

struct Reduced {
  std::size_t kept = 0;
  std::size_t side = 0;
};

void refuse_order(const std::vector<CodecStage>& stages) {
  throw RequestError(
      "a chain is codecs that keep fewer numbers, then at most one that writes them "
      "in fewer bits, then codecs that pack bytes; not " +
      name_of(stages));
}

}  // namespace
}  // namespace commsim::codec_chain

namespace commsim {

using namespace codec_chain;

ChainTraits traits_of(const std::vector<CodecStage>& stages) {
  ChainTraits traits;
  for (const CodecStage& stage : stages) {
    traits.linear = traits.linear && stage.codec->linear;
    traits.rounds = std::max(traits.rounds, stage.codec->rounds);
    traits.rounds_sums = traits.rounds_sums || stage.codec->rounds_sums;
    traits.sliceable = traits.sliceable && stage.codec->sliceable;
    traits.fixed_size = traits.fixed_size && stage.codec->fixed_size;
    traits.reduces = traits.reduces || kind_of(*stage.codec) == Kind::kReducer;
  }
  // Between the rounds stands what the ranks have summed, exactly.
  if (traits.rounds > 1 && stages.size() > 1) traits.linear = false;
  return traits;
}

std::string name_of(const std::vector<CodecStage>& stages) {
  std::vector<std::string_view> names;
  names.reserve(stages.size());
  for (const CodecStage& stage : stages) names.push_back(stage.codec->name);
  return fmt::format("{}", fmt::join(names, " + "));
}

CodecChain::CodecChain(const std::vector<CodecStage>& stages) {
  if (stages.empty()) throw RequestError("a chain has at least one codec");
  auto last = Kind::kReducer;
  for (const auto& [codec, parameters] : stages) {
    const Kind kind = kind_of(*codec);
    if (kind < last || (kind == Kind::kQuantiser && quantises_)) refuse_order(stages);
    last = kind;
    codecs_.push_back(codec);
    if (kind == Kind::kReducer) reducers_.push_back(codec->make_reducer(parameters));
    if (kind == Kind::kPacker) packers_.push_back(codec->make_packer(parameters));
    if (kind != Kind::kQuantiser) continue;
    quantiser_ = codec->make_quantiser(parameters);
    quantises_ = true;
  }
  if (!quantises_) quantiser_ = Registry<Codec>::get("none", "codec").make_quantiser({});
}

Reducer* CodecChain::lone_reducer() const {
  return codecs_.size() == 1 && !reducers_.empty() ? reducers_.front().get() : nullptr;
}

void CodecChain::encode_plain(const TensorView& tensor, Encoded& out) {
  std::vector<Reduced> sizes;
  std::vector<float> values;
  Encoded sides;
  TensorView now = tensor;
  for (std::size_t i = 0; i < reducers_.size(); ++i) {
    inputs_.push_back({codecs_[i], static_cast<std::int64_t>(now.values.size_bytes())});
    std::vector<float> kept;
    const std::size_t before = sides.size();
    reducers_[i]->reduce(now, kept, sides);
    sizes.push_back({kept.size(), sides.size() - before});
    values = std::move(kept);
    now = TensorView::vector(values);
  }
  for (const auto& [kept, side] : sizes) {
    put(out, static_cast<std::uint64_t>(kept));
    put(out, static_cast<std::uint64_t>(side));
  }
  out.insert(out.end(), sides.begin(), sides.end());
  if (quantises_) {
    inputs_.push_back(
        {codecs_[reducers_.size()], static_cast<std::int64_t>(now.values.size_bytes())});
  }
  carried_ = static_cast<std::int64_t>(now.values.size());
  first_kept_ = sizes.empty() ? carried_ : static_cast<std::int64_t>(sizes.front().kept);
  quantiser_->encode(now.values, out);
}

void CodecChain::encode(const TensorView& tensor, Encoded& out) {
  inputs_.clear();
  out.clear();
  encode_plain(tensor, out);
  for (std::size_t i = 0; i < packers_.size(); ++i) {
    inputs_.push_back(
        {codecs_[codecs_.size() - packers_.size() + i], static_cast<std::int64_t>(out.size())});
    Encoded packed;
    put(packed, static_cast<std::uint64_t>(out.size()));
    packers_[i]->pack(out, packed);
    out = std::move(packed);
  }
}

void CodecChain::decode_plain(std::span<const std::byte> message, TensorShape shape,
                              std::span<float> tensor) const {
  WireReader reader(message);
  std::vector<Reduced> sizes;
  auto most = static_cast<std::uint64_t>(shape.elements());
  for (std::size_t i = 0; i < reducers_.size(); ++i) {
    const auto kept = reader.take<std::uint64_t>();
    const auto side = reader.take<std::uint64_t>();
    if (kept > most) throw DecodeError("the message keeps more numbers than there were");
    most = kept;
    sizes.push_back({static_cast<std::size_t>(kept), static_cast<std::size_t>(side)});
  }
  std::vector<std::span<const std::byte>> sides;
  sides.reserve(sizes.size());
  for (const Reduced& size : sizes) sides.push_back(reader.take_bytes(size.side));
  const auto rest = reader.take_bytes(reader.left());
  if (reducers_.empty()) return quantiser_->decode(rest, tensor);
  std::vector<float> values(sizes.back().kept);
  quantiser_->decode(rest, values);
  for (std::size_t i = reducers_.size(); i-- > 1;) {
    std::vector<float> wider(sizes[i - 1].kept);
    reducers_[i]->restore(values, sides[i],
                          {.rows = 1, .columns = static_cast<std::int64_t>(wider.size())}, wider);
    values = std::move(wider);
  }
  reducers_.front()->restore(values, sides.front(), shape, tensor);
}

void CodecChain::decode(std::span<const std::byte> message, TensorShape shape,
                        std::span<float> tensor) const {
  Encoded plain;
  for (std::size_t i = packers_.size(); i-- > 0;) {
    WireReader reader(message);
    const auto size = reader.take<std::uint64_t>();
    if (size > most_bytes(shape)) throw DecodeError("the message claims to unpack to too much");
    Encoded unpacked(static_cast<std::size_t>(size));
    packers_[i]->unpack(reader.take_bytes(reader.left()), unpacked);
    plain = std::move(unpacked);
    message = plain;
  }
  decode_plain(message, shape, tensor);
}

}  // namespace commsim
