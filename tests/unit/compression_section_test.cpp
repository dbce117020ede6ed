// `compression:` in a scenario: what is read, measured and reported.
#include <gmock/gmock.h>

#include <fstream>

#include "sim/report/record.hpp"
#include "sim/scenario/codec_text.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/break_even.hpp"
#include "tests/support/command.hpp"

namespace commsim::compression_section_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ScenarioSet read(const std::string& compression, const std::string& collective = "all_reduce") {
  return read_scenarios(read_yaml_text(
      "version: 1\n"
      "topology: {kind: ring, ranks: 4, link: {bandwidth: 1 GB/s, latency: 0 s}}\n"
      "collective: {kind: " +
          collective +
          (collective.starts_with("send_recv") ? ", algorithm: direct" : ", algorithm: ring") +
          ", size: 1 MiB, dtype: fp32}\ncompression: " + compression + "\n",
      "test"));
}

const Compression* only(const ScenarioSet& set) { return set.points.front().run.compression; }

TEST(CompressionSection, OfNoneIsNoCompression) {
  EXPECT_EQ(only(read("none")), nullptr);
  EXPECT_EQ(only(read("{codec: none, tensor: normal}")), nullptr);
}

TEST(CompressionSection, RefusesPatternsOfWhichARankDecodesSeveralMessages) {
  EXPECT_NE(only(read("int8", "send_recv, pattern: shift")), nullptr);
  EXPECT_THAT([] { read("int8", "send_recv, pattern: many_to_one"); },
              testing::ThrowsMessage<ConfigError>(HasSubstr("legal: pair, shift")));
}

TEST(CompressionSection, AListSweepsAndAListWithinItIsAChain) {
  const ScenarioSet set =
      read("[none, fp16, [{top_k: {density: 1%}}, int8], {codec: one_bit, exchange: all_gather}]");
  ASSERT_EQ(set.points.size(), 4U);
  std::vector<std::string> names;
  for (const ScenarioPoint& point : set.points) {
    names.push_back(point.run.compression == nullptr ? "none" : point.run.compression->name);
  }
  EXPECT_THAT(names, ElementsAre("none", "fp16", "top_k (density 0.01) + int8", "one_bit"));
  EXPECT_EQ(set.points[2].choices.back().second, "[{top_k: {density: 1%}}, int8]");
  EXPECT_EQ(set.points[3].run.compression->coding.exchange, Exchange::kAllGather);
}

TEST(CompressionSection, ValuesOfParametersSweepToo) {
  const ScenarioSet set = read(
      "{codec: {top_k: {density: [1%, 0.1]}}, speed: {encode: 1 GB/s, "
      "decode: [1 GB/s, 2 GB/s]}}");
  ASSERT_EQ(set.points.size(), 4U);
  EXPECT_NEAR(*set.points.front().run.compression->density, 0.01, 1e-4);
  EXPECT_NEAR(*set.points.back().run.compression->density, 0.1, 1e-4);
}

// 16 bits of an element, and of int8 in blocks 8 + 32 / 256.
TEST(CompressionSection, MeasuresTheBitsOfAnElement) {
  EXPECT_DOUBLE_EQ(only(read("fp16"))->coding.bits, 16);
  EXPECT_DOUBLE_EQ(only(read("int8"))->coding.bits, 8.125);
  EXPECT_EQ(only(read("int8"))->error, only(read("{codec: int8, tensor: gradient}"))->error);
  EXPECT_NE(only(read("int8"))->error, only(read("{codec: int8, tensor: heavy_tailed}"))->error);
}

TEST(CompressionSection, ASharedScaleLeavesRoomForAllRanksAndIsAgreedOn) {
  const ScenarioSet set = read("int8_shared");
  EXPECT_EQ(only(set)->coding.agreed, Bytes{4});
  EXPECT_EQ(only(set)->coding.exchange, Exchange::kAllReduce);
  EXPECT_GT(only(set)->error, 2 * only(read("{codec: int8_shared, exchange: all_gather}"))->error);
}

TEST(CompressionSection, PowerSgdTakesTwoRounds) {
  const ScenarioSet set =
      read("{codec: power_sgd, tensor: {kind: low_rank, rows: 256, columns: 256}}");
  EXPECT_EQ(only(set)->coding.rounds, 2);
  EXPECT_FALSE(only(set)->density);
  EXPECT_DOUBLE_EQ(only(set)->coding.bits, 32 * (4 * 512 + 4) / 65536.0);
}

TEST(CompressionSection, SaysWhereSpeedsComeFrom) {
  EXPECT_THAT(only(read("one_bit"))->speeds, HasSubstr("2103.00543"));
  EXPECT_THAT(only(read("[[one_bit, huffman]]"))->speeds, HasSubstr("DietGPU"));
  EXPECT_THAT(only(read("{codec: qsgd, speed: cpu}"))->speeds, HasSubstr("this machine"));
  const ScenarioSet said = read("{codec: qsgd, speed: {encode: 3 GB/s, decode: 4 GB/s}}");
  EXPECT_EQ(only(said)->coding.encode, 3_GBps);
  EXPECT_EQ(only(said)->coding.decode, 4_GBps);
}

TEST(CompressionSection, TakesSpeedsOfTheProfileFirst) {
  const support::TemporaryFolder folder;
  std::ofstream(folder.path() / "gpu.yaml")
      << "version: 1\nprofile: gpu\ncodecs:\n- {codec: int8, encode: 7 GB/s, decode: 9 GB/s}\n";
  const ScenarioSet set = read_scenarios(
      read_yaml_text("version: 1\n"
                     "topology: {kind: ring, ranks: 4, link: {bandwidth: 1 GB/s, latency: 0 s}}\n"
                     "profile: gpu.yaml\n"
                     "collective: {kind: all_reduce, algorithm: ring, size: 1 MiB, dtype: fp32}\n"
                     "compression: [int8, fp16]\n",
                     (folder.path() / "test.yaml").string()));
  const Coding& coding = set.points.front().run.compression->coding;
  EXPECT_NEAR(coding.encode->bytes_per_second() / 7e9, 1, 1e-6);
  EXPECT_NEAR(coding.decode->bytes_per_second() / 9e9, 1, 1e-6);
  EXPECT_EQ(set.points.front().run.compression->speeds, "the profile 'gpu'");
  EXPECT_THAT(set.points.back().run.compression->speeds, HasSubstr("H200"));
}

ScenarioSet two_servers(const std::string& algorithm, const std::string& codec) {
  return read_scenarios(
      read_yaml_text("version: 1\ntopology: {kind: server_cluster, servers: 2, preset: aws_p4d}\n"
                     "collective: {kind: all_reduce, algorithm: " +
                         algorithm + ", size: 4 MiB, dtype: fp32}\ncompression: " + codec + "\n",
                     "test"));
}

// Links that are doubled twenty times would have more bits in all than can be counted.
TEST(CompressionSection, BreaksEvenOnFastClusters) {
  const ScenarioSet set = two_servers("ring", "fp16");
  const BreakEven even = break_even(set.points.front().run);
  EXPECT_TRUE(even.pays);
  EXPECT_TRUE(even.speed);
}

// Of a sum in two shots the algorithm does not matter; what it is compared with is the fastest.
TEST(CompressionSection, ComparesAnAutomaticChoiceWithTheFastestWithoutCompression) {
  const ScenarioSet compressed = two_servers("auto", "int8");
  ScenarioPoint plain = compressed.points.front();
  plain.run.compression = nullptr;
  const SettledPoint with = settled(compressed.points.front());
  EXPECT_EQ(with.result.coded->plain, settled(plain).result.time);
  EXPECT_THAT(with.result.warnings, testing::Contains(HasSubstr("a schedule of their own")));
}

TEST(CompressionSection, ComesOutInTheRecord) {
  const ScenarioSet set =
      read("{codec: fp16, error_feedback: true, speed: {encode: 1 GB/s, decode: 1 GB/s}}");
  const SettledPoint done = settled(set.points.front());
  const auto row = record(done.point, done.result);
  EXPECT_EQ(row["compression"], "fp16");
  EXPECT_EQ(row["codec_exchange"], "all_reduce");
  EXPECT_DOUBLE_EQ(row["codec_ratio"], 2);
  EXPECT_DOUBLE_EQ(row["encode_s"], 0.001048576);
  EXPECT_EQ(row["feedback_bytes"], 1 << 20);
  EXPECT_LT(row["speedup"], 1);
  const ScenarioSet bare = read("none");
  const SettledPoint plain = settled(bare.points.front());
  EXPECT_EQ(record(plain.point, plain.result)["codec_ratio"], nullptr);
}

TEST(CodecText, ReadsWhatItWrites) {
  for (const char* text : {"int8", "{int8: {block: 64}}", "[{top_k: {density: 5%}}, int4, zstd]"}) {
    const auto stages = parse_chain(text);
    EXPECT_FALSE(stages.empty());
    EXPECT_FALSE(chain_text(stages).empty());
  }
  EXPECT_EQ(chain_text(parse_chain("[{top_k: {density: 5%}}, {zstd: {level: 9}}]")),
            "top_k (density 0.05) + zstd (level 9)");
  EXPECT_THAT([&] { return parse_chain("int9"); }, testing::Throws<ConfigError>());
  EXPECT_THAT([&] { return parse_chain("[int8"); }, testing::Throws<ConfigError>());
}

}  // namespace
}  // namespace commsim::compression_section_test
