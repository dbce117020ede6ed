// What compressed collectives cost by the law, to the picosecond, and from where on they pay.
#include <gmock/gmock.h>

#include "collectives/compression/compressed_program.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/break_even.hpp"

namespace commsim::compression_theory_test {
namespace {

constexpr int kRanks = 4;
constexpr Bytes kSize{std::int64_t{1} << 22U};
constexpr Bandwidth kLink = 8_GBps;
constexpr Bandwidth kEncode = 4_GBps;
constexpr Bandwidth kDecode = 2_GBps;

// A ring of links without latency: neighbours have a link each way to themselves.
const ScenarioSet& ring() {
  static const ScenarioSet set = read_scenarios(read_yaml_text(
      "version: 1\ntopology: {kind: ring, ranks: 4, link: {bandwidth: 8 GB/s, latency: 0 s}}\n"
      "network: {model: fair_share}\n"
      "collective: {kind: all_reduce, algorithm: ring, size: 4 MiB, dtype: fp32}\n",
      "test"));
  return set;
}

Coding coding(Exchange exchange, double bits) {
  return {.exchange = exchange, .bits = bits, .encode = kEncode, .decode = kDecode};
}

CollectiveResult result_of(const Coding& how, CollectiveKind kind = CollectiveKind::kAllReduce,
                           std::string_view algorithm = "ring") {
  const Compression compression{.name = "test", .coding = how};
  CollectiveRun run = ring().points.front().run;
  run.call.kind = kind;
  run.algorithm = &find_algorithm(kind, algorithm);
  run.compression = &compression;
  return run_collective(run);
}

Bytes part(std::int64_t of, Bytes size = kSize) { return Bytes{size.count() / of}; }

// 2 (p - 1) parts of a quarter of the bytes, between encoding and decoding all.
TEST(CompressionTheory, ALinearCodecRidesTheRing) {
  const CollectiveResult result = result_of(coding(Exchange::kAllReduce, 8));
  EXPECT_EQ(result.time, kSize / kEncode + 6 * (part(16) / kLink) + kSize / kDecode);
  EXPECT_EQ(result.coded->coding.encode, kSize / kEncode);
  EXPECT_EQ(result.coded->coding.decode, kSize / kDecode);
  EXPECT_EQ(result.coded->exposed, 6 * (part(16) / kLink));
  EXPECT_EQ(result.coded->plain, 6 * (part(4) / kLink));
  EXPECT_DOUBLE_EQ(result.coded->ratio, 4);
}

// p - 1 whole messages come in, and all p are decoded.
TEST(CompressionTheory, AnAllGatherBringsEverybodysMessage) {
  const CollectiveResult result = result_of(coding(Exchange::kAllGather, 8));
  EXPECT_EQ(result.time, kSize / kEncode + 3 * (part(4) / kLink) + kRanks * kSize / kDecode);
}

// Of the sums each rank encodes its part once more.
TEST(CompressionTheory, TwoShotsEncodeTwice) {
  const CollectiveResult result = result_of(coding(Exchange::kTwoShot, 8));
  const Duration computing =
      kSize / kEncode + part(4) / kEncode + kSize / kDecode + kSize / kDecode;
  EXPECT_EQ(result.coded->coding.both(), computing);
  EXPECT_EQ(result.time - result.coded->exposed, computing);
  // The direct all-to-all shares links of the ring; the all-gather takes 3 parts.
  EXPECT_GT(result.coded->exposed, 3 * (part(16) / kLink));
}

// Every hop of the reduce-scatter decodes and encodes a part.
TEST(CompressionTheory, PerHopARingCodesAtEachStep) {
  const CollectiveResult result = result_of(coding(Exchange::kPerHop, 8));
  const Duration hop = part(4) / kDecode + part(4) / kEncode;
  EXPECT_EQ(result.time, part(4) / kEncode + 3 * (part(16) / kLink + hop) + 3 * (part(16) / kLink) +
                             kSize / kDecode);
}

TEST(CompressionTheory, RoundsFollowEachOtherAndAScaleIsAgreedOnFirst) {
  Coding twice = coding(Exchange::kAllReduce, 8);
  twice.rounds = 2;
  EXPECT_EQ(result_of(twice).time, kSize / kEncode + 2 * 6 * (part(32) / kLink) + kSize / kDecode);
  Coding agreed = coding(Exchange::kAllReduce, 8);
  agreed.agreed = Bytes{4};
  EXPECT_EQ(result_of(agreed).time,
            result_of(coding(Exchange::kAllReduce, 8)).time + 6 * (1_B / kLink));
}

// Piece i + 1 is encoded while piece i travels; then the slowest of the three stages sets the pace.
TEST(CompressionTheory, PiecesOverlapCodingWithTravelling) {
  Coding pieces = coding(Exchange::kAllReduce, 32);
  pieces.chunk = part(8);
  const Duration encode = part(8) / kEncode;
  const Duration decode = part(8) / kDecode;
  const Duration travel = 6 * (part(32) / kLink);
  ASSERT_LT(travel, encode + decode);  // so that computing is never idle but for the first piece
  EXPECT_EQ(result_of(pieces).time, 8 * (encode + decode) + std::max(travel - encode, Duration{0}));
  pieces.encode = 64_GBps;
  pieces.decode = 64_GBps;
  EXPECT_EQ(result_of(pieces).time, part(8) / 64_GBps + 8 * travel + part(8) / 64_GBps);
}

TEST(CompressionTheory, WhatIsOnlyMovedIsEncodedOnceAndDecodedWhereItArrives) {
  const Coding how = coding(Exchange::kAllGather, 8);
  EXPECT_EQ(result_of(how, CollectiveKind::kAllGather).time,
            part(4) / kEncode + 3 * (part(16) / kLink) + kSize / kDecode);
  EXPECT_EQ(result_of(coding(Exchange::kAllReduce, 8), CollectiveKind::kReduceScatter).time,
            kSize / kEncode + 3 * (part(16) / kLink) + part(4) / kDecode);
}

TEST(CompressionTheory, AFreeCodecOfFullWidthChangesNothing) {
  const CollectiveResult result = result_of({.exchange = Exchange::kAllReduce, .bits = 32});
  EXPECT_EQ(result.time, result.coded->plain);
}

CollectiveRun run_with(const Compression& compression) {
  CollectiveRun run = ring().points.front().run;
  run.compression = &compression;
  return run;
}

// With algorithm bandwidth A of the plain call, and codecs that encode and decode C bytes a second
// each, compression to a part k of the bytes pays for C > 2 A / (1 - k).
TEST(BreakEvenTheory, OfALinearCodecIsThatOfTheFormula) {
  for (const double bits : {16.0, 8.0, 1.0}) {
    const Compression compression{
        .name = "test",
        .coding = {
            .exchange = Exchange::kAllReduce, .bits = bits, .encode = 10_GBps, .decode = 10_GBps}};
    const BreakEven even = break_even(run_with(compression));
    const double kept = bits / 32;
    const double algbw = 8e9 / (2.0 * (kRanks - 1) / kRanks);  // of the plain call
    const double wanted = 2 * algbw / (1 - kept);              // C
    ASSERT_TRUE(even.speed && even.codec && even.links && even.link);
    EXPECT_NEAR(even.codec->bytes_per_second() / (wanted / 2), 1, 0.02) << bits;
    EXPECT_NEAR(*even.speed / (wanted / 10e9), 1, 0.02) << bits;
    // The same equation for the link.
    EXPECT_NEAR(*even.links / (10e9 / wanted), 1, 0.02) << bits;
    EXPECT_NEAR(even.link->bytes_per_second() / (8e9 * 10e9 / wanted), 1, 0.02) << bits;
    EXPECT_EQ(even.pays, wanted < 10e9);
  }
}

// p - 1 messages of d (b_v + b_i) bits a number against 2 (p - 1) / p of b: top-k by all-gather
// beats the dense ring below a density of 2 b / (p (b_v + b_i)).
TEST(BreakEvenTheory, OfASparsifierIsThatOfTheFormula) {
  constexpr double kDensity = 0.01;
  constexpr double kValueAndIndex = 64;
  const Compression compression{
      .name = "test",
      .coding = {.exchange = Exchange::kAllGather, .bits = kDensity * kValueAndIndex},
      .density = kDensity};
  const BreakEven even = break_even(run_with(compression));
  ASSERT_TRUE(even.density);
  EXPECT_NEAR(*even.density / (2.0 * 32 / (kRanks * kValueAndIndex)), 1, 0.02);
  EXPECT_TRUE(even.pays);
  EXPECT_FALSE(even.links);  // free codecs pay everywhere
}

}  // namespace
}  // namespace commsim::compression_theory_test
