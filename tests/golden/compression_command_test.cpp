// `commsim compress`, and compression in `commsim run`, as users see them.
#include <gmock/gmock.h>

#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "calibrate/probe/host/row.hpp"
#include "tests/support/command.hpp"

namespace commsim::support::compression_command_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Compress : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  // A NumPy file of single precision.
  std::string saved(const std::string& shape, const std::vector<float>& values) {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(117, ' ');
    header += '\n';
    std::ofstream file(path("g.npy"), std::ios::binary);
    file << std::string("\x93NUMPY\x01\x00\x76\x00", 10) << header;
    for (const float value : values) {
      std::array<char, sizeof value> bytes{};
      std::memcpy(bytes.data(), &value, sizeof value);
      file.write(bytes.data(), bytes.size());
    }
    return path("g.npy");
  }
  [[nodiscard]] CommandResult scenario(const std::string& compression,
                                       const std::string& arguments = "") const {
    std::ofstream(path("s.yaml"))
        << "version: 1\ntopology: {kind: switch, ranks: 4, link: {bandwidth: 1 GB/s, latency: 1 "
           "us}}\ncollective: {kind: all_reduce, algorithm: ring, size: 4 KiB, dtype: fp32}\n"
        << "compression: " << compression << '\n';
    return commsim("run '" + path("s.yaml") + "' " + arguments);
  }

 private:
  TemporaryFolder folder_;
};

CommandResult compress(const std::string& arguments) {
  return commsim("compress --no-speed " + arguments);
}

const auto kNoNumber = AllOf(Not(HasSubstr(" nan")), Not(HasSubstr(" inf ")));
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST_F(Compress, SaysHowATensorIsWrittenThatItDoesNotKnow) {
  const CommandResult archive = compress("--tensor x.npz");
  EXPECT_EQ(archive.exit_code, 2);
  EXPECT_THAT(archive.err, AllOf(HasSubstr("'x.npz' is an archive"), HasSubstr("numpy.save")));
  const CommandResult model = compress("--tensor bert_base");
  EXPECT_EQ(model.exit_code, 2);
  EXPECT_THAT(model.err, HasSubstr("'bert_base' is a model; write {model: bert_base}"));
  const CommandResult word = compress("--tensor gradent");
  EXPECT_EQ(word.exit_code, 2);
  EXPECT_THAT(word.err, AllOf(HasSubstr("did you mean 'gradient'"), HasSubstr("heavy_tailed"),
                              HasSubstr(".npy"), HasSubstr("{model: NAME}")));
  EXPECT_EQ(compress("--tensor nothing.npy").exit_code, 2);
}

TEST_F(Compress, RefusesMoreRanksThanAByteHasRoomFor) {
  for (const char* ranks : {"0", "-1", "many"}) {
    EXPECT_EQ(compress(std::string("--codec int8_shared --ranks ") + ranks).exit_code, 2) << ranks;
  }
  const CommandResult many = compress("--codec int8_shared --ranks 128");
  EXPECT_EQ(many.exit_code, 2);
  EXPECT_THAT(many.err, HasSubstr("at most 127"));
  EXPECT_EQ(many.out, "");
}

TEST_F(Compress, OfASharedScaleLosesMoreTheMoreRanksThereAre) {
  const auto error = [](const char* ranks) {
    const CommandResult result =
        compress(std::string("--codec int8_shared --tensor '{kind: normal, rows: 64, columns: 64}' "
                             "--format json --ranks ") +
                 ranks);
    const auto row = nlohmann::json::parse(result.out)["rows"][0];
    EXPECT_EQ(row["ranks"].dump(), ranks);
    return row["relative_error"].get<double>();
  };
  EXPECT_NEAR(error("8") / error("1"), 127.0 / 15, 0.5);
}

TEST_F(Compress, SaysThatAVectorIsNoMatrixOfLowRank) {
  const std::string file = saved("(6,)", {1, 2, 3, 4, 5, 6});
  for (const char* codec : {"svd", "power_sgd", "'[power_sgd, int8]'"}) {
    const CommandResult result =
        compress(std::string("--codec ") + codec + " --tensor '" + file + "'");
    EXPECT_THAT(result.out, HasSubstr("leaves this tensor as it is")) << codec;
  }
  EXPECT_THAT(compress("--codec int8 --tensor '" + file + "'").out, Not(HasSubstr("note:")));
  const CommandResult matrix =
      compress("--codec svd --tensor '{kind: normal, rows: 64, columns: 64}'");
  EXPECT_THAT(matrix.out, Not(HasSubstr("note:")));
  EXPECT_THAT(scenario("power_sgd").out, HasSubstr("note: power_sgd leaves this tensor as it is"));
}

TEST_F(Compress, WhatIsNotFiniteIsAWord) {
  const CommandResult infinite =
      compress("--codec fp16 --tensor '" + saved("(3,)", {1, kInfinity, 2}) + "'");
  EXPECT_THAT(infinite.out, AllOf(HasSubstr("not finite: x holds NaN or infinity"), kNoNumber));
  const std::string large = saved("(3,)", {1, 1e6, 2});
  const CommandResult overflow = compress("--codec fp16 --codec bf16 --tensor '" + large + "'");
  EXPECT_THAT(overflow.out, AllOf(HasSubstr("overflow: x is finite, but not all of y"), kNoNumber));
}

TEST_F(Compress, WhatOverflowsInAScenarioIsAWord) {
  saved("(3,)", {1, 1e6, 2});
  const std::string compression = "{codec: fp16, tensor: {file: g.npy}}";
  EXPECT_THAT(scenario(compression).out, AllOf(HasSubstr("   overflow   "), kNoNumber));
  const auto json = nlohmann::json::parse(scenario(compression, "--format json").out);
  EXPECT_EQ(json["results"][0]["codec_error"], nullptr);
}

TEST_F(Compress, AScenarioRefusesATensorThatIsNotFinite) {
  saved("(3,)", {1, kInfinity, 2});
  const CommandResult run = scenario("{codec: fp16, tensor: {file: g.npy}}");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("compression.tensor"),
                             HasSubstr("1 of 3 elements are NaN or infinite")));
}

TEST_F(Compress, TheTableOfARunHasTheExchange) {
  const CommandResult run = scenario("[none, int8, {codec: int8, exchange: per_hop}, fp16]");
  for (const char* exchange : {"summed by", "two_shot", "per_hop", "all_reduce"}) {
    EXPECT_THAT(run.out, HasSubstr(exchange));
  }
}

// The probe's columns and made-up times: 1 MiB in 2 and 4 us.
class CodecImport : public Compress {
 protected:
  CodecImport() {
    std::ofstream file(path("codecs.csv"));
    file << probe::header("codecs") << '\n';
    for (const char* operation : {"int8_encode", "int8_decode", "qsgd_encode", "qsgd_decode"}) {
      probe::Result result;
      result.which = {"codecs", operation, "float32", "", "", 0, 1U << 20U};
      result.facts.copy_time = 1;
      result.out_of_place.median = std::string_view(operation).ends_with("_encode") ? 2 : 4;
      file << probe::row(result) << '\n';
    }
  }
  [[nodiscard]] CommandResult import(const std::string& more) const {
    return commsim("calibrate import '" + path("codecs.csv") + "' " + more);
  }
};

TEST_F(CodecImport, RefusesACodecOfTwoTables) {
  const CommandResult twice = import("'" + path("codecs.csv") + "'");
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("one speed of a codec"));
}

TEST_F(CodecImport, MakesAProfileWhoseSpeedsAScenarioTakes) {
  const CommandResult made = import("--name box -o '" + path("box.yaml") + "'");
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("int8: encodes 524.3 GB/s, decodes 262.1 GB/s"));
  EXPECT_THAT(read_file(path("box.yaml")),
              HasSubstr("{codec: int8, encode: 524.3 GB/s, decode: 262.1 GB/s}"));
  const CommandResult run = scenario("[int8, qsgd]\nprofile: box.yaml");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("note: codec speeds of qsgd: the profile 'box'"));
}

TEST_F(CodecImport, StandsBesideCollectives) {
  const CommandResult both = import(
      "scenarios/measured/dgx_a100_2x8_all_reduce.csv --collective all_reduce --ranks 16 "
      "--nodes 2");
  EXPECT_EQ(both.exit_code, 0) << both.err;
  EXPECT_THAT(both.out, AllOf(HasSubstr("codecs:"), HasSubstr("tables:")));
}

}  // namespace
}  // namespace commsim::support::compression_command_test
