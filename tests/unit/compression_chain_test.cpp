// Chains of codecs: their order, their messages, and what hostile bytes do to them.
#include <gmock/gmock.h>

#include <numeric>

#include "collectives/compression/chain.hpp"
#include "core/random.hpp"

namespace commsim::compression_chain_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

CodecStage stage(std::string_view name, CodecParameters parameters = {}) {
  return {.codec = &Registry<Codec>::get(name, "codec"), .parameters = parameters};
}

std::vector<float> noise(std::size_t count) {
  Random random(7);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.unit() - 0.5);
  return values;
}

std::vector<float> passed(CodecChain& chain, const std::vector<float>& values) {
  Encoded message;
  const TensorView view = TensorView::vector(values);
  chain.encode(view, message);
  std::vector<float> decoded(values.size());
  chain.decode(message, view.shape, decoded);
  return decoded;
}

TEST(CodecChain, RefusesAWrongOrderAndTwoQuantisers) {
  const auto wrong = ThrowsMessage<RequestError>(HasSubstr("a chain is codecs that keep fewer"));
  EXPECT_THAT([] { CodecChain({stage("int8"), stage("top_k")}); }, wrong);
  EXPECT_THAT([] { CodecChain({stage("huffman"), stage("int8")}); }, wrong);
  EXPECT_THAT([] { CodecChain({stage("fp16"), stage("int8")}); }, wrong);
  EXPECT_THAT([] { CodecChain({}); }, ThrowsMessage<RequestError>(HasSubstr("at least one")));
}

TEST(CodecChain, OfOneCastHasNothingButItsNumbers) {
  CodecChain chain({stage("fp16")});
  Encoded message;
  const auto values = noise(1000);
  chain.encode(TensorView::vector(values), message);
  EXPECT_EQ(message.size(), 2000U);
  EXPECT_EQ(chain.carried(), 1000);
}

TEST(CodecChain, CountsWhatEachStageWasGiven) {
  CodecChain chain({stage("top_k", {.density = 0.1}), stage("int8"), stage("huffman")});
  passed(chain, noise(1000));
  ASSERT_EQ(chain.inputs().size(), 3U);
  EXPECT_EQ(chain.inputs()[0].bytes, 4000);
  EXPECT_EQ(chain.inputs()[1].bytes, 400);
  EXPECT_EQ(chain.carried(), 100);
  // Header, tag and positions, numbers with their scale.
  EXPECT_GT(chain.inputs()[2].bytes, 16 + 100);
}

TEST(CodecChain, DecodesWhatItsStagesLeave) {
  CodecChain alone({stage("top_k", {.density = 0.25})});
  CodecChain packed({stage("top_k", {.density = 0.25}), stage("zstd")});
  CodecChain twice({stage("top_k", {.density = 0.5}), stage("top_k", {.density = 0.5})});
  for (const std::size_t size : {0U, 1U, 2U, 3U, 1000U, 4096U}) {
    const auto values = noise(size);
    EXPECT_EQ(passed(alone, values), passed(packed, values)) << size;
    if (size % 4 == 0) {
      EXPECT_EQ(passed(alone, values), passed(twice, values)) << size;
    }
  }
}

TEST(CodecChain, OfALosslessPackerIsExact) {
  for (const char* packer : {"huffman", "bwt", "zstd"}) {
    CodecChain chain({stage(packer)});
    const auto values = noise(5000);
    EXPECT_EQ(passed(chain, values), values) << packer;
  }
}

// Whatever the bytes are, they give numbers or an error.
TEST(CodecChain, SurvivesHostileBytes) {
  Random random(1);
  const auto values = noise(300);
  for (const auto& stages :
       {std::vector{stage("top_k", {.density = 0.1}), stage("int8"), stage("huffman")},
        std::vector{stage("top_k", {.density = 0.1}), stage("zstd"), stage("bwt")},
        std::vector{stage("random_k", {.density = 0.1}), stage("fp16")}}) {
    CodecChain chain(stages);
    Encoded good;
    chain.encode(TensorView::vector(values), good);
    std::vector<float> decoded(values.size());
    int refused = 0;
    for (int attempt = 0; attempt < 2000; ++attempt) {
      Encoded bad = good;
      for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
        bad[random.below(bad.size())] = static_cast<std::byte>(random.below(256));
      }
      if (attempt % 3 == 0) bad.resize(random.below(bad.size()));
      try {
        chain.decode(bad, TensorView::vector(values).shape, decoded);
      } catch (const DecodeError&) {
        ++refused;
      }
    }
    EXPECT_GT(refused, 500) << name_of(stages);
  }
}

TEST(CodecChain, OfTwoRoundsIsLinearOnlyAlone) {
  EXPECT_TRUE(traits_of({stage("power_sgd")}).linear);
  EXPECT_FALSE(traits_of({stage("power_sgd"), stage("fp16")}).linear);
  EXPECT_TRUE(traits_of({stage("random_k"), stage("fp16")}).linear);
  EXPECT_FALSE(traits_of({stage("random_k"), stage("fp16"), stage("zstd")}).linear);
}

}  // namespace
}  // namespace commsim::compression_chain_test
