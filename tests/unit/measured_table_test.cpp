// Tables of measurements, and the best line through them.
#include "calibrate/measured_table.hpp"

#include <gmock/gmock.h>

#include "calibrate/fit/statistics.hpp"
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/support/command.hpp"

namespace commsim::measured_table_test {
namespace {

using testing::HasSubstr;

MeasuredTable table(const std::string& text) {
  const support::TemporaryFolder folder;
  std::ofstream(folder.path() / "table.csv") << text;
  return MeasuredTable::read(folder.path() / "table.csv");
}

std::string refusal(const std::string& text) {
  try {
    table(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(MeasuredTable, RefusesWhatIsNoTableAndSaysWhere) {
  EXPECT_THAT(refusal(""), HasSubstr("no measurements"));
  EXPECT_THAT(refusal("size,time\n"), HasSubstr("table.csv:1:1: error: the header has no column"));
  EXPECT_THAT(refusal("size_bytes,time_us\n8\n"), HasSubstr(":2:1: error: 1 cells"));
  EXPECT_THAT(refusal("size_bytes,time_us\n8,fast\n"), HasSubstr(":2:3: error: 'fast'"));
  EXPECT_THAT(refusal("size_bytes,time_us\n8,-1\n"), HasSubstr("negative"));
  EXPECT_THAT(refusal("size_bytes,time_us\n8,0\n"), HasSubstr("more than zero"));
  EXPECT_THAT(refusal("size_bytes,time_us\n8,1\n8,2\n"), HasSubstr("stands twice"));
  EXPECT_THAT(refusal("size_bytes,time_us,ranks\n8,1,2\n16,1,4\n"), HasSubstr(":3:1: error: "));
  EXPECT_THAT(refusal("size_bytes,time_us\n8,\"1\\\n"), HasSubstr(":2:1: error: "));
}

MeasuredTable log(const std::string& text, const MeasurementHints& hints = {}) {
  const support::TemporaryFolder folder;
  std::ofstream(folder.path() / "table.log") << text;
  return MeasuredTable::read(folder.path() / "table.log", hints);
}

const std::string kLog =
    "# Collective test starting: all_reduce_perf\n"
    "#  Rank  0 Pid 7 on solo device  0 [0x07] T4\n#  Rank  1 Pid 7 on solo device  1 [0x0a] T4\n"
    "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n"
    "1024 256 float sum -1 20.5 0.05 0.05 0 19.25 0.05 0.05 0\n"
    "2048 512 float sum -1 21.5 0.10 0.10 9 19.25 0.11 0.11 0\n";

TEST(MeasuredTable, RefusesLogsThatItCannotStandFor) {
  EXPECT_THROW(log(kLog, {.format = "osu"}), ConfigError);
  EXPECT_THROW(log(kLog, {.format = "nccl"}), RequestError);
  EXPECT_THROW(log(kLog, {.ranks = 4}), ConfigError);
  EXPECT_THROW(log(kLog + kLog), ConfigError);
  EXPECT_THROW(log("no log at all\n"), ConfigError);
}

TEST(MeasuredTable, ReadsALogOfAnyFormatAndLeavesOutWhatIsWrong) {
  const MeasuredTable read = log(kLog);
  ASSERT_EQ(read.rows().size(), 1U);
  EXPECT_EQ(read.time(1024_B), Duration{20'500'000});
  EXPECT_EQ(read.collective(), "all_reduce");
  EXPECT_EQ(read.ranks(), 2);
  EXPECT_EQ(log(kLog, {.format = "nccl_tests", .collective = "all_reduce"}).rows().size(), 1U);
  const MeasuredTable osu =
      log("# OSU MPI Allgather Latency Test v7\n# Size Avg Latency(us)\n8 1.5\n", {.ranks = 4});
  EXPECT_EQ(osu.time(32_B), Duration{1'500'000});
}

TEST(MeasuredTable, ReadsNcclTestsColumnsAndSkipsCommentsAndBlanks) {
  const MeasuredTable read =
      table("# source\r\nsize_bytes,x,time_us_oop\r\n8,a,38.63\r\n16,b,\r\n");
  EXPECT_EQ(read.time(8_B), Duration{38'630'000});
  EXPECT_EQ(read.time(16_B), std::nullopt);
  EXPECT_EQ(read.rows().size(), 1U);
}

std::vector<Measurement> on_line(double seconds_per_byte, double seconds) {
  std::vector<Measurement> rows;
  for (std::int64_t size = 8; size <= std::int64_t{1} << 30; size *= 4) {
    const double time = seconds_per_byte * static_cast<double>(size) + seconds;
    rows.push_back({.size = Bytes{size}, .time = Duration{std::llround(time * 1e12)}});
  }
  return rows;
}

TEST(HockneyFit, FindsTheLineThatTheTableLiesOn) {
  const auto rows = on_line(1e-11, 5e-6);
  const HockneyLine line = fit_line(rows);
  EXPECT_NEAR(line.seconds_per_byte, 1e-11, 1e-17);
  EXPECT_NEAR(line.seconds, 5e-6, 1e-12);
  EXPECT_LT(median_error(line, rows), 1e-6);
}

TEST(HockneyFit, HasNoNegativeParts) {
  // Times that fall with size, and times that grow faster than a line through the origin.
  const HockneyLine falling =
      fit_line({{.size = 1_B, .time = 3_usec}, {.size = 1_MiB, .time = 1_usec}});
  EXPECT_EQ(falling.seconds_per_byte, 0);
  EXPECT_GT(falling.seconds, 0);
  const HockneyLine steep =
      fit_line({{.size = 1_KiB, .time = 1_nsec}, {.size = 1_MiB, .time = 1000_usec}});
  EXPECT_EQ(steep.seconds, 0);
  EXPECT_GT(steep.seconds_per_byte, 0);
}

TEST(Median, OfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
}

}  // namespace
}  // namespace commsim::measured_table_test
