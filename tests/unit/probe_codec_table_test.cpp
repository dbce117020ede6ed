// The probe's table of codecs as speeds of a profile.
#include <gmock/gmock.h>

#include "calibrate/codec_table.hpp"
#include "calibrate/probe/host/row.hpp"
#include "core/diagnostics.hpp"

namespace commsim::probe_codec_table_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kCodecs{"int8", "one_bit", "top_k"};
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;

// As the probe writes it.
std::string row(const std::string& operation, std::uint64_t size, double microseconds,
                std::uint64_t wrong = 0) {
  probe::Result result;
  result.which = {"codecs", operation, "float32", "", "", 0, size};
  result.facts.moved = size;
  result.facts.copy_time = 1;
  result.wrong = wrong;
  result.out_of_place.median = microseconds;
  result.out_of_place.repeats = {microseconds};
  return probe::row(result) + '\n';
}

TextFile table(const std::string& rows) {
  return {.name = "codecs.csv", .text = probe::header("codecs") + '\n' + rows};
}

std::string refusal(const std::string& text) {
  try {
    read_codec_table({.name = "codecs.csv", .text = text}, kCodecs);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "not refused";
}

// A table with the columns that count, of one row.
std::string small(const std::string& row) {
  return refusal("size_bytes,dtype,operation,time_us_oop,wrong\n" + row + '\n');
}

TEST(CodecTable, RefusesABadCellAtItsPlace) {
  struct Bad {
    const char* row;
    const char* refusal;
  };
  const std::vector<Bad> all = {
      {"4096,float32,int8_encode,2", "codecs.csv:2:1: error: 4 cells"},
      {"4096,float32,int9_encode,2,0", ":2:14: error: unknown codec 'int9'; did you mean 'int8'"},
      {"4096,float32,int8,2,0", ":2:14: error: 'int8' neither encodes"},
      {"4096,float16,int8_encode,2,0", ":2:6: error: 'float16': speeds"},
      {"4095,float32,int8_encode,2,0", ":2:1: error: a tensor of 4095"},
      {"0,float32,int8_encode,2,0", ":2:1: error: a tensor of 0 bytes"},
      {"-4,float32,int8_encode,2,0", ":2:1: error: '-4' is no whole"},
      {"4096,float32,int8_encode,nan,0", ":2:26: error: 'nan'"},
      {"4096,float32,int8_encode,0,0", ":2:26: error: '0'"},
      {"4096,float32,int8_encode,-2,0", ":2:26: error: '-2'"},
      {"4096,float32,int8_encode,,0", ":2:26: error: ''"},
      {"4096,float32,int8_encode,2 us,0", ":2:26: error: '2 us'"},
      {"4096,float32,int8_encode,1e30,0", ":2:26: error: '1e30'"},
      {"4611686018427387904,float32,int8_encode,1,0", ":2:41: error: 4611686018427387904 bytes in"},
      {"4096,float32,int8_encode,2,x", ":2:28: error: 'x' is no decimal"}};
  for (const auto& [row, refusal] : all) EXPECT_THAT(small(row), HasSubstr(refusal));
}

TEST(CodecTable, RefusesATableWithoutAColumnOrWithoutACodec) {
  EXPECT_THAT(refusal(""), HasSubstr("not even a header"));
  EXPECT_THAT(refusal("size_bytes,dtype,operation,wrong\n"),
              HasSubstr("codecs.csv:1:1: error: the header has no column 'time_us_oop'"));
  EXPECT_THAT(refusal(table("").text), HasSubstr("no codec of which both ways were measured"));
  EXPECT_THAT(refusal(table(row("int8_encode", kMebibyte, 1)).text), HasSubstr("both ways"));
}

TEST(CodecTable, IsToldFromTablesOfCollectives) {
  EXPECT_TRUE(is_codec_table(table("")));
  EXPECT_FALSE(is_codec_table({.name = "nccl.csv", .text = probe::header("nccl") + '\n'}));
  EXPECT_FALSE(is_codec_table({.name = "copy.csv", .text = probe::header("copy") + '\n'}));
  EXPECT_FALSE(is_codec_table({.name = "log", .text = "# nccl-tests\n"}));
  EXPECT_FALSE(is_codec_table({.name = "log", .text = ""}));
}

// 256 MiB in 1000 us are 268.435456 GB/s.
TEST(CodecTable, ACodecIsAsFastAsAtTheLargestSizeOfBothWays) {
  const CodecTable read = read_codec_table(
      table(row("top_k_decode", 256 * kMebibyte, 500) + row("top_k_encode", 256 * kMebibyte, 1000) +
            row("int8_encode", kMebibyte, 1) + row("int8_decode", kMebibyte, 2) +
            row("int8_encode", 256 * kMebibyte, 3)),
      kCodecs);
  EXPECT_THAT(read.notes, IsEmpty());
  ASSERT_EQ(read.rates.size(), 2U);
  EXPECT_EQ(read.rates.front().codec, "int8");
  EXPECT_EQ(read.rates.front().encode, Bandwidth::bits_per_second(8'388'608'000'000));
  EXPECT_EQ(read.rates.front().decode, Bandwidth::bits_per_second(4'194'304'000'000));
  EXPECT_EQ(read.rates.back().codec, "top_k");
  EXPECT_EQ(read.rates.back().encode, Bandwidth::bits_per_second(2'147'483'648'000));
  EXPECT_EQ(read.rates.back().decode, Bandwidth::bits_per_second(4'294'967'296'000));
}

TEST(CodecTable, RepetitionsCountAtTheirMedian) {
  std::string rows = row("int8_decode", kMebibyte, 1);
  for (const double time : {9, 2, 1}) rows += row("int8_encode", kMebibyte, time);
  const CodecTable read = read_codec_table(table(rows), kCodecs);
  EXPECT_EQ(read.rates.front().encode, Bandwidth::bits_per_second(4'194'304'000'000));
}

TEST(CodecTable, LeavesOutWrongValuesAndCodecsOfOneWayWithANote) {
  const CodecTable read = read_codec_table(
      table(row("int8_encode", kMebibyte, 1) + row("int8_decode", kMebibyte, 1) +
            row("top_k_encode", kMebibyte, 1) + row("one_bit_encode", kMebibyte, 1, 7) +
            row("one_bit_decode", kMebibyte, 1)),
      kCodecs);
  ASSERT_EQ(read.rates.size(), 1U);
  EXPECT_THAT(read.notes,
              ElementsAre("codecs.csv: 1 rows with wrong values are left out",
                          "codecs.csv: no size of one_bit has both ways, and it is left out",
                          "codecs.csv: no size of top_k has both ways, and it is left out"));
}

}  // namespace
}  // namespace commsim::probe_codec_table_test
