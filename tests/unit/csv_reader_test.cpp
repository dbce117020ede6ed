// Tables of measurements with a header line.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/measurements.hpp"

namespace commsim::csv_reader_test {
namespace {

using support::measurement_refusal;
using support::measurements;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(CsvReader, RefusesWhatIsBrokenAndSaysWhere) {
  const std::string header = "size_bytes,time_us\n";
  EXPECT_THAT(measurement_refusal(""), HasSubstr("no format that is known"));
  EXPECT_THAT(measurement_refusal("", {.format = "csv"}), HasSubstr("no measurements"));
  EXPECT_THAT(measurement_refusal("a,b\n1,2\n"), HasSubstr("no format that is known"));
  EXPECT_THAT(measurement_refusal("a,b\n1,2\n", {.format = "csv"}), HasSubstr("'size_bytes'"));
  EXPECT_THAT(measurement_refusal("size_bytes,x\n1,2\n"),
              HasSubstr("log:1:1: error: the header has"));
  EXPECT_THAT(measurement_refusal("size,size,time_us\n", {.format = "csv"}), HasSubstr("twice"));
  EXPECT_THAT(measurement_refusal(header), HasSubstr("no measurements"));
  EXPECT_THAT(measurement_refusal(header + "8\n"), HasSubstr("log:2:1: error: 1 cells"));
  EXPECT_THAT(measurement_refusal(header + "8, fast\n"), HasSubstr("log:2:4: error: 'fast'"));
  EXPECT_THAT(measurement_refusal(header + "8,nan\n"), HasSubstr("'nan'"));
  EXPECT_THAT(measurement_refusal(header + "8,-1\n"), HasSubstr("negative"));
  EXPECT_THAT(measurement_refusal(header + "8,0.0\n"), HasSubstr("more than zero"));
  EXPECT_THAT(measurement_refusal(header + "8.5,1\n"), HasSubstr("'8.5' is no whole number"));
  EXPECT_THAT(measurement_refusal(header + ",1\n"), HasSubstr("no whole number"));
  EXPECT_THAT(measurement_refusal(header + "8,\"1\n"), HasSubstr("log:2:1: error: a quote"));
  EXPECT_THAT(measurement_refusal("size,time_us,collective\n8,1,all\n"),
              HasSubstr("log:2:5: error: unknown collective 'all'"));
  EXPECT_THAT(measurement_refusal("size,time_us,ranks\n8,1,0\n"), HasSubstr("too few"));
  EXPECT_THAT(measurement_refusal("size,time_us,ranks,nodes\n8,1,2,4\n"), HasSubstr("4 nodes"));
  EXPECT_THAT(measurement_refusal("size,time_us,ranks,gpus_per_node\n8,1,6,4\n"),
              HasSubstr("no whole number"));
  EXPECT_THAT(measurement_refusal("size_bytes,algbw\n8,0.00\n"), HasSubstr("tells no time"));
  EXPECT_THAT(measurement_refusal("size_bytes,busbw\n8,1\n"),
              HasSubstr("collective and two ranks"));
}

TEST(CsvReader, RefusesRatesThatContradictTheTime) {
  const std::string header = "size_bytes,time_us,algbw,busbw\n";
  const MeasurementHints known{.collective = "all_reduce", .ranks = 8};
  EXPECT_THAT(
      measurement_refusal(header + "1048576,20,5.24,9.17\n", known),
      HasSubstr("log:2:12: error: algbw is 5.24 GB/s, but 1048576 bytes in 20 us make 52.4"));
  EXPECT_THAT(measurement_refusal(header + "1048576,20,52.43,52.43\n", known),
              HasSubstr("log:2:18: error: busbw is 52.43 GB/s, but 1048576 bytes in 20 us by "
                        "all_reduce of 8 ranks make 91.7"));
  EXPECT_THAT(
      measurement_refusal("size_bytes,algbw,busbw\n1048576,52.43,45.88\n", known),
      HasSubstr("busbw is 45.88 GB/s, but an algbw of 52.43 GB/s by all_reduce of 8 ranks"));
  EXPECT_THAT(measurement_refusal("size_bytes,time_us_ip,algbw_ip\n1048576,20,419.4\n"),
              HasSubstr("log:2:12: error: algbw is 419.4"));
  EXPECT_THAT(measurement_refusal("size_bytes,time_ms,algbw\n1048576,20,52.43\n"),
              HasSubstr("1048576 bytes in 20000 us make 0.05"));
  EXPECT_THAT(measurement_refusal("size_bytes,time_us,wrong\n8,1,no\n"), HasSubstr("'no'"));
}

TEST(CsvReader, TakesRatesThatAgreeUpToTheirRounding) {
  const MeasurementHints known{.collective = "all_reduce", .ranks = 8};
  const auto rows = [&](const std::string& row) {
    return measurements("size_bytes,time_us,algbw,busbw\n" + row, known).runs[0].rows.size();
  };
  EXPECT_EQ(rows("8,38.63,0.00,0.00\n"), 1U);
  EXPECT_EQ(rows("1048576,20,52,92\n"), 1U);         // 20 us may be 19.5 us
  EXPECT_EQ(rows("1048576,20.00,52.9,92.6\n"), 1U);  // averaged apart
  EXPECT_EQ(rows("1048576,2e1,5.2e+01,\n"), 1U);
  EXPECT_EQ(rows("1048576,0.4,2622,4588\n"), 1U);
  EXPECT_EQ(rows("0,0.4,0,0\n8,1,,\n"), 1U);
  // Who knows no ranks cannot contradict a bus bandwidth.
  EXPECT_EQ(measurements("size_bytes,time_us,busbw\n1048576,20,5\n").runs[0].rows.size(), 1U);
}

TEST(CsvReader, ReadsSemicolonsAndTabs) {
  for (const std::string between : {";", "\t", " ; ", ","}) {
    const auto read = measurements("size_bytes" + between + "time_us" + between + "device\n8" +
                                   between + "1.5" + between + "\"a" + between + "b\"\n");
    ASSERT_EQ(read.runs.size(), 1U) << between;
    EXPECT_EQ(read.runs[0].rows[0].time, Duration{1'500'000}) << between;
    EXPECT_EQ(read.runs[0].device, "a" + between + "b");
  }
  EXPECT_THAT(measurement_refusal("size_bytes;time_us\n8;1,5\n"),
              HasSubstr("log:2:3: error: '1,5' is no decimal number"));
  EXPECT_THAT(measurement_refusal("size_bytes\ttime_us\n8\n"), HasSubstr("1 cells"));
}

TEST(CsvReader, OtherReductionsAreOtherTablesAndWrongRowsAreMarked) {
  const auto read = measurements(
      "size_bytes,redop,time_us,wrong\n8,sum,1,0\n8,prod,2,0\n16,sum,3,7\n16,,4,N/A\n16,prod,5,\n");
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].redop, "sum");
  ASSERT_EQ(read.runs[0].rows.size(), 3U);
  EXPECT_TRUE(read.runs[0].rows[1].wrong);
  EXPECT_FALSE(read.runs[0].rows[2].wrong);
  EXPECT_EQ(read.runs[1].redop, "prod");
  EXPECT_EQ(read.runs[1].rows.size(), 2U);
}

TEST(CsvReader, ReadsTheColumnsOfNcclTests) {
  const auto read = measurements(
      "# published\nsize_bytes,count,type,redop,root,time_us_oop,algbw_oop,busbw_oop,time_us_ip,"
      "algbw_ip,busbw_ip\r\n8,2,float,sum,-1,38.63,0.00,0.00,37.5,0.00,0.00\r\n"
      "16,4,float,sum,-1,,,,40,,\r\n\r\n32,8,float,sum,-1,,,,,,\r\n8,2,float,sum,-1,39,,,,,\r\n",
      {.collective = "allreduce", .ranks = 16, .nodes = 2});
  EXPECT_EQ(read.format, "csv");
  ASSERT_EQ(read.runs.size(), 1U);
  const MeasuredRun& run = read.runs[0];
  EXPECT_EQ(run.collective, "all_reduce");
  EXPECT_EQ(run.gpus_per_node, 8);
  EXPECT_EQ(run.dtype, "float");
  ASSERT_EQ(run.rows.size(), 3U);
  EXPECT_EQ(run.rows[0].time, Duration{38'630'000});
  EXPECT_EQ(run.rows[0].in_place, Duration{37'500'000});
  EXPECT_EQ(run.rows[1].time, Duration{40'000'000});  // in place, as there is no other
  EXPECT_EQ(run.rows[1].in_place, Duration{40'000'000});
  EXPECT_EQ(run.rows[2].size, 8_B);  // a repetition
  EXPECT_EQ(run.rows[2].line, 7);
  EXPECT_THAT(read.notes, ElementsAre("rows without a time or rate are left out"));
}

TEST(CsvReader, DerivesTimesFromBandwidths) {
  const MeasurementHints hints{.collective = "all_reduce", .ranks = 4};
  const auto algbw = measurements("size_bytes,algbw\n1000000,10\n", hints).runs[0].rows[0];
  EXPECT_EQ(algbw.time, Duration{100'000'000});
  EXPECT_TRUE(algbw.derived);
  const auto busbw = measurements("size_bytes,busbw_oop\n1000000,15\n", hints).runs[0].rows[0];
  EXPECT_EQ(busbw.time, Duration{100'000'000});
  const auto in_place = measurements("size_bytes,busbw_ip\n1000000,15\n", hints).runs[0].rows[0];
  EXPECT_EQ(in_place.time, Duration{100'000'000});
  EXPECT_TRUE(in_place.derived);
  EXPECT_EQ(in_place.in_place, Duration{100'000'000});
}

TEST(CsvReader, MakesARunOfEachSetOfKeys) {
  const auto read = measurements(
      "gpu,nccl_version,collective,dtype,ranks,bytes,time_us\n"
      "x100,2.20.5,all_gather,half,2,512,9.5\nx100,2.20.5,alltoall,half,4,512,11\n"
      "x100,2.20.5,all_gather,half,2,1024,9.75\n");
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].rows.size(), 2U);
  EXPECT_EQ(read.runs[0].device, "x100");
  EXPECT_EQ(read.runs[0].version, "2.20.5");
  EXPECT_EQ(read.runs[1].collective, "all_to_all");
  EXPECT_EQ(read.runs[1].ranks, 4);
  EXPECT_EQ(read.runs[1].line, 3);
}

TEST(CsvReader, ReadsVidursMillisecondsAndRanksAsRepetitions) {
  const auto read = measurements(
      ",time_stats.all_reduce.min,time_stats.all_reduce.median,rank,num_workers,size,collective,"
      "devices_per_node,max_devices_per_node\n"
      "0,0.01,0.043000000000000003,0,4,2048,all_reduce,2,8\n1,0.01,0.05,1,4,2048,all_reduce,2,8\n");
  ASSERT_EQ(read.runs.size(), 1U);
  EXPECT_EQ(read.runs[0].nodes, 2);
  EXPECT_EQ(read.runs[0].gpus_per_node, 2);
  ASSERT_EQ(read.runs[0].rows.size(), 2U);
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{43'000'000});
}

TEST(CsvReader, ReadsQuotedCells) {
  const auto read = measurements("size_bytes,time_us,device\n8,\"1.5\",\"X, of Y\"\n");
  EXPECT_EQ(read.runs[0].device, "X, of Y");
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{1'500'000});
}

}  // namespace
}  // namespace commsim::csv_reader_test
