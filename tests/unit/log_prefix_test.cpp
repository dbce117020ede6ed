// What launchers, loggers and editors put in front of a line or a file.
#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <vector>

#include "calibrate/readers/log_words.hpp"
#include "tests/support/measurements.hpp"

namespace commsim::log_prefix_test {
namespace {

using support::measurement_refusal;
using support::measurements;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> kPrefixes = {"worker-0: ",
                                            "node01: ",
                                            "0: ",
                                            "[node01:0] ",
                                            "[node01:0]: ",
                                            "[1,0]<stdout>:",
                                            "<stdout>: ",
                                            "[pod/x/y] ",
                                            "2025-01-31T12:00:00Z ",
                                            "2024-05-01 10:00:00,123 INFO ",
                                            "2024/05/01 10:00:00 ",
                                            "[2024-05-01 10:00:00.5] [INFO] ",
                                            "2024-05-01 10:00:00,123 - root - INFO - ",
                                            "10:00:00.25 ",
                                            "worker-0: 2024-05-01 10:00:00,123 WARNING: [7] "};

std::string prefixed(const std::string& prefix, const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) out += prefix + line + '\n';
  return out;
}

const std::vector<std::string> kLogs = {
    "# Collective test starting: all_reduce_perf\n"
    "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n"
    "1024 256 float sum -1 20.5 0.05 0.07 0 19.25 0.05 0.08 0\n# Avg bus bandwidth : 1\n",
    "# OSU MPI-CUDA Allreduce Latency Test v7.4\n# Size       Avg Latency(us)\n1024   20.5\n",
    "# Benchmarking Allreduce\n# #processes = 8\n"
    "#bytes #repetitions t_min[usec] t_max[usec] t_avg[usec]\n1024 1000 1 2 20.5\n",
    "RDMA_Write Latency Test\n#bytes #iterations t_min[usec] t_avg[usec]\n1024 1000 1.0 20.5\n",
    "# published\nsize_bytes,time_us\n# more\n1024,20.5\n"};

TEST(LogPrefix, IsNoPartOfAnyFormat) {
  for (const std::string& log : kLogs) {
    const Measurements plain = measurements(log);
    for (const std::string& prefix : kPrefixes) {
      const Measurements read = measurements(prefixed(prefix, log));
      EXPECT_EQ(read.format, plain.format) << prefix << log;
      ASSERT_EQ(read.runs.size(), 1U) << prefix << log;
      EXPECT_EQ(read.runs[0].collective, plain.runs[0].collective) << prefix << log;
      ASSERT_EQ(read.runs[0].rows.size(), 1U) << prefix << log;
      EXPECT_EQ(read.runs[0].rows[0].size, 1024_B) << prefix << log;
      EXPECT_EQ(read.runs[0].rows[0].time, Duration{20'500'000}) << prefix << log;
      EXPECT_EQ(read.runs[0].rows[0].line, plain.runs[0].rows[0].line) << prefix << log;
    }
  }
}

TEST(LogPrefix, ErrorsStandWhereTheyAreInTheFile) {
  EXPECT_THAT(measurement_refusal("w-0: size_bytes,time_us\nw-0: 8,fast\n"),
              HasSubstr("log:2:8: error: 'fast'"));
  EXPECT_THAT(measurement_refusal("w-0: size_bytes,time_us\nw-0: 8\n"),
              HasSubstr("log:2:6: error: 1 cells"));
  EXPECT_THAT(measurement_refusal("[n:0] # OSU MPI Bcast Latency Test v7\n"
                                  "[n:0] # Size Avg Latency(us)\n[n:0] 8 1.x\n"),
              HasSubstr("log:3:9: error: '1.x'"));
}

std::vector<std::string> words(const std::string& line) {
  const TextFile file{.name = "log", .text = line};
  TextLines lines(file);
  lines.next();
  std::vector<std::string> result;
  for (const Word& word : log_words(lines)) result.emplace_back(word.text);
  return result;
}

TEST(LogPrefix, WhatMayBeginASentenceStays) {
  EXPECT_THAT(words("Iterations: 100"), ElementsAre("Iterations:", "100"));
  EXPECT_THAT(words("INFO 8 16"), ElementsAre("INFO", "8", "16"));
  EXPECT_THAT(words("10:00 8"), ElementsAre("10:00", "8"));
  EXPECT_THAT(words("2024-05-01 8"), ElementsAre("2024-05-01", "8"));
  EXPECT_THAT(words("< a >: 8"), ElementsAre("<", "a", ">:", "8"));
  EXPECT_THAT(words("[] 8"), ElementsAre("[]", "8"));
  EXPECT_THAT(words("node-a:411:433 [0] NCCL"), ElementsAre("node-a:411:433", "[0]", "NCCL"));
}

TEST(LogPrefix, ALineOfNothingElseHasNoWords) {
  for (const std::string& prefix : kPrefixes) EXPECT_THAT(words(prefix), ElementsAre()) << prefix;
}

TEST(CsvReader, ARowMayBeginWithADateWhereTheHeaderDoesNot) {
  const auto read =
      measurements("when,size_bytes,time_us\n2024-05-01 10:00:00,8,1.5\n10:00:01,16,2\n");
  ASSERT_EQ(read.runs[0].rows.size(), 2U);
  EXPECT_EQ(read.runs[0].rows[1].size, 16_B);
}

TEST(Measurements, AByteOrderMarkIsNoPartOfTheText) {
  for (const std::string& log : kLogs) {
    const auto read = measurements("\xEF\xBB\xBF" + log);
    EXPECT_EQ(read.runs[0].rows[0].time, Duration{20'500'000}) << log;
  }
  EXPECT_THAT(measurement_refusal("\xEF\xBB\xBF\xEF\xBB\xBFsize_bytes,time_us\n8,1\n"),
              HasSubstr("no format that is known"));
}

TEST(Measurements, Utf16IsRefusedWithWhatToDo) {
  EXPECT_THAT(measurement_refusal(std::string("\xFF\xFEs\0i\0", 6)), HasSubstr("save it as UTF-8"));
  EXPECT_THAT(measurement_refusal(std::string("\xFE\xFF\0s\0i", 6)), HasSubstr("save it as UTF-8"));
}

}  // namespace
}  // namespace commsim::log_prefix_test
