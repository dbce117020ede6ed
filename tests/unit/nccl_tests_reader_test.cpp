// The tables of nccl-tests and rccl-tests, of all layouts, in clean and in noisy logs.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/measurements.hpp"

namespace commsim::nccl_tests_reader_test {
namespace {

using support::measurement_refusal;
using support::measurements;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kRanks =
    "#  Rank  0 Group  0 Pid  411 on  node-a device  0 [0000:07:00] NVIDIA A100-SXM4-40GB\n"
    "#  Rank  1 Group  0 Pid  412 on  node-a device  1 [0000:0a:00] NVIDIA A100-SXM4-40GB\n"
    "#  Rank  2 Group  0 Pid  511 on  node-b device  0 [0000:07:00] NVIDIA A100-SXM4-40GB\n"
    "#  Rank  3 Group  0 Pid  512 on  node-b device  1 [0000:0a:00] NVIDIA A100-SXM4-40GB\n";
const std::string kHeader =
    "#                                                   out-of-place          in-place\n"
    "#  size  count  type  redop  root  time  algbw  busbw #wrong  time  algbw  busbw #wrong\n"
    "#   (B)  (elements)  (us)  (GB/s)  (GB/s)  (us)  (GB/s)  (GB/s)\n";
const std::string kRow = "  1024  256  float  sum  -1  20.5  0.05  0.07  0  19.25  0.05  0.08  0\n";
const std::string kOldHeader =
    "#  size  count  type  redop  time  algbw  busbw  error  time  algbw  busbw  error\n";

std::string with_row(const std::string& row) { return kHeader + row; }

TEST(NcclTestsReader, RefusesBrokenRowsAtTheirPlaces) {
  const auto refusal = [](const std::string& row) { return measurement_refusal(with_row(row)); };
  EXPECT_THAT(refusal("8 2 float sum -1 2O.5 0 0 0 9 0 0 0\n"),
              HasSubstr("log:4:18: error: '2O.5'"));
  EXPECT_THAT(refusal("8 2 float sum -1 -1 0 0 0 9 0 0 0\n"), HasSubstr("must not be negative"));
  EXPECT_THAT(refusal("8 2 float sum -1 0.00 0 0 0 9 0 0 0\n"), HasSubstr("more than zero"));
  EXPECT_THAT(refusal("8 2 float sum -1 nan 0 0 0 9 0 0 0\n"), HasSubstr("'nan'"));
  EXPECT_THAT(refusal("8 2 float sum -1 inf 0 0 0 9 0 0 0\n"), HasSubstr("'inf'"));
  EXPECT_THAT(refusal("8 2 float sum -1 1e300 0 0 0 9 0 0 0\n"), HasSubstr("106 days"));
  EXPECT_THAT(refusal("8 2 float sum -1 9 x 0 0 9 0 0 0\n"), HasSubstr("'x'"));
  EXPECT_THAT(refusal("8 2 float sum -1 9 0 0 bad 9 0 0 0\n"), HasSubstr("'bad'"));
  EXPECT_THAT(refusal("8 2 float sum -1 9 0 0 0 9\n"), HasSubstr("10 columns, the header has 13"));
  EXPECT_THAT(refusal("8\n"), HasSubstr("1 columns"));
  EXPECT_THAT(refusal("8 2 float sum -1 9 0 0 0 9 0 0 0 7\n"), HasSubstr("14 columns"));
  EXPECT_THAT(refusal("8x 2 float sum -1 9 0 0 0 9 0 0 0\n"), HasSubstr("log:4:1: error: '8x'"));
  EXPECT_THAT(refusal("-8 2 float sum -1 9 0 0 0 9 0 0 0\n"), HasSubstr("'-8'"));
  EXPECT_THAT(refusal("8 two float sum -1 9 0 0 0 9 0 0 0\n"), HasSubstr("'two'"));
  EXPECT_THAT(refusal("8 2 flaot sum -1 9 0 0 0 9 0 0 0\n"), HasSubstr("'flaot' is no type"));
  EXPECT_THAT(refusal("99999999999999999999 2 float sum -1 9 0 0 0 9 0 0 0\n"),
              HasSubstr("no whole number"));
  EXPECT_THAT(refusal("8 2 float sum -1 node:1 [0] NCCL INFO x\n"), HasSubstr("10 columns"));
}

TEST(NcclTestsReader, RefusesTablesThatItCannotTrust) {
  EXPECT_THAT(measurement_refusal(kHeader), HasSubstr("no measurements"));
  EXPECT_THAT(measurement_refusal("# Avg bus bandwidth : 1\n" + kRow, {.format = "nccl_tests"}),
              HasSubstr("log:2:3: error: a row of a table has no header"));
  EXPECT_THAT(
      measurement_refusal("# size count type redop root cputime algbw busbw #wrong\n" + kRow),
      HasSubstr("times of the CPU"));
  EXPECT_THAT(measurement_refusal("# bytes N type op time algbw busbw res\n" + kRow),
              HasSubstr("before nccl-tests 2.0"));
  EXPECT_THAT(measurement_refusal("# size count time busbw algbw #wrong\n" + kRow),
              HasSubstr("in order"));
}

TEST(NcclTestsReader, RefusesHintsThatTheTextContradicts) {
  const std::string log = "# Collective test starting: all_reduce_perf\n" + kRanks + kHeader + kRow;
  EXPECT_THAT(measurement_refusal(log, {.collective = "all_gather"}),
              HasSubstr("the collective is all_reduce here, but all_gather was asked for"));
  EXPECT_THAT(measurement_refusal(log, {.ranks = 8}), HasSubstr("ranks is 4 here"));
  EXPECT_THAT(measurement_refusal(log, {.nodes = 1}), HasSubstr("nodes is 2 here"));
  EXPECT_THAT(measurement_refusal(log, {.collective = "allreduced"}),
              HasSubstr("unknown collective"));
  EXPECT_THAT(measurement_refusal(log, {.ranks = -1}), HasSubstr("-1 ranks"));
  EXPECT_THAT(measurement_refusal(log, {.format = "nccl_test"}), HasSubstr("did you mean"));
}

TEST(NcclTestsReader, RefusesACollectiveThatTheBandwidthsBetray) {
  const std::string row = "1048576 262144 float sum -1 20 52.43 91.75 0 20 52.43 91.75 0\n";
  EXPECT_EQ(measurements(with_row(row), {.collective = "all_reduce", .ranks = 8}).runs.size(), 1U);
  EXPECT_THAT(measurement_refusal(with_row(row), {.collective = "all_gather", .ranks = 8}),
              HasSubstr("busbw is 1.750 of algbw, but 0.875 for all_gather of 8 ranks"));
}

TEST(NcclTestsReader, ReadsWhatIsPrintedAroundTheTable) {
  const auto read = measurements(
      "mpirun -np 4 -x NCCL_ALGO=Ring -x NCCL_PROTO=Simple ./build/all_reduce_perf -b 1K\n"
      "# nccl-tests version 2.17.6 nccl-headers=22807 nccl-library=22807\n"
      "# Collective test starting: all_reduce_perf\n"
      "# nThread 1 nGpus 1 minBytes 1024 maxBytes 2048 step: 2(factor)\n# Using devices\n" +
      kRanks + kHeader + kRow + "# Out of bounds values : 0 OK\n# Avg bus bandwidth : 0.07\n");
  EXPECT_EQ(read.format, "nccl_tests");
  ASSERT_EQ(read.runs.size(), 1U);
  const MeasuredRun& run = read.runs.front();
  EXPECT_EQ(run.collective, "all_reduce");
  EXPECT_EQ(run.ranks, 4);
  EXPECT_EQ(run.nodes, 2);
  EXPECT_EQ(run.gpus_per_node, 2);
  EXPECT_EQ(run.dtype, "float");
  EXPECT_EQ(run.algorithm, "Ring");
  EXPECT_EQ(run.protocol, "Simple");
  EXPECT_EQ(run.version, "2.28.7");
  EXPECT_EQ(run.device, "NVIDIA A100-SXM4-40GB");
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0].size, 1024_B);
  EXPECT_EQ(run.rows[0].time, Duration{20'500'000});
  EXPECT_EQ(run.rows[0].in_place, Duration{19'250'000});
  EXPECT_EQ(run.rows[0].line, 13);
  EXPECT_FALSE(run.rows[0].wrong);
  EXPECT_FALSE(run.rows[0].derived);
  EXPECT_THAT(read.notes, IsEmpty());
}

TEST(NcclTestsReader, ReadsTheOldLayoutsWithErrorsAsRatios) {
  const auto read =
      measurements(kOldHeader + "8 2 float sum 31.4 0.00 0.00 2e-07 30.1 0.00 0.00 1e-07\n" +
                   "16 4 float sum 31.4 0.00 0.00 3e-02 30.1 0.00 0.00 N/A\n");
  ASSERT_EQ(read.runs.size(), 1U);
  ASSERT_EQ(read.runs[0].rows.size(), 2U);
  EXPECT_FALSE(read.runs[0].rows[0].wrong);
  EXPECT_TRUE(read.runs[0].rows[1].wrong);
  const auto bare = measurements(
      "# size count type time algbw busbw error time algbw busbw error\n"
      "64 2 float 12.5 0.01 0.00 0e+00 12.0 0.01 0.00 0e+00\n");
  EXPECT_EQ(bare.runs[0].rows[0].time, Duration{12'500'000});
  const auto rooted = measurements(
      "# size count type root time algbw busbw error time algbw busbw error\n"
      "64 16 float 0 12.5 0.01 0.01 0e+00 12.0 0.01 0.01 0e+00\n");
  EXPECT_EQ(rooted.runs[0].rows[0].in_place, Duration{12'000'000});
  const auto no_operation =
      measurements(kOldHeader + "64 2 float 12.5 0.01 0.00 0e+00 12.0 0.01 0.00 N/A\n");
  EXPECT_EQ(no_operation.runs[0].rows[0].time, Duration{12'500'000});
}

TEST(NcclTestsReader, ReadsUncheckedWrongAndHugeValues) {
  const auto read = measurements(
      with_row("8 2 float sum -1 9 0 0 N/A 9 0 0 N/A\n8 2 float sum -1 9 0 0 0 9 0 0 3\n"
               "8589934592 2147483648 float none -1 1.2e+07 0.72 0.72 0 1.2e+07 0.72 0.72 0\n"));
  ASSERT_EQ(read.runs[0].rows.size(), 3U);
  EXPECT_FALSE(read.runs[0].rows[0].wrong);
  EXPECT_TRUE(read.runs[0].rows[1].wrong);
  EXPECT_EQ(read.runs[0].rows[2].time, Duration{12'000'000'000'000});
}

TEST(NcclTestsReader, ReadsPerIterationColumnsAndTimeStamps) {
  const auto read = measurements(
      "# size count type redop root time algbw busbw #wrong i_min i_max i_p99 i_cv% "
      "time algbw busbw #wrong i_min i_max i_p99 i_cv% timestamp\n"
      "8 2 float sum -1 9.5 0 0 0 9 10 10 1.5 8.5 0 0 0 8 9 9 1.5 2026-01-31 12:00:00\n");
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{9'500'000});
  EXPECT_EQ(read.runs[0].rows[0].in_place, Duration{8'500'000});
}

TEST(NcclTestsReader, ReadsSeveralTablesAndTypes) {
  const auto read = measurements(
      "# Collective test starting: all_gather_perf\n" + kRanks + kHeader + kRow + kRow +
      "1024 512 half sum -1 18 0.06 0.08 0 18 0.06 0.08 0\n# Avg bus bandwidth : 1\n"
      "./alltoall_perf -g 2\n#   Rank  0 Pid 7 on solo device  0 [0x07] Tesla V100\n"
      "#   Rank  1 Pid 7 on solo device  1 [0x0a] Tesla V100\n" +
      kHeader + kRow + "# Avg bus bandwidth : 1\n" + kHeader + kRow);
  ASSERT_EQ(read.runs.size(), 4U);
  EXPECT_EQ(read.runs[0].collective, "all_gather");
  EXPECT_EQ(read.runs[0].rows.size(), 2U);
  EXPECT_EQ(read.runs[1].dtype, "half");
  EXPECT_EQ(read.runs[2].collective, "all_to_all");
  EXPECT_EQ(read.runs[2].ranks, 2);
  EXPECT_EQ(read.runs[2].nodes, 1);
  EXPECT_EQ(read.runs[2].device, "Tesla V100");
  EXPECT_EQ(read.runs[3].collective, "");
}

TEST(NcclTestsReader, AnotherReductionIsAnotherTable) {
  const auto read =
      measurements(with_row("8 2 float sum -1 9 0 0 0 9 0 0 0\n16 4 float sum -1 9 0 0 0 9 0 0 0\n"
                            "8 2 float prod -1 7 0 0 0 7 0 0 0\n"));
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].redop, "sum");
  EXPECT_EQ(read.runs[1].redop, "prod");
  EXPECT_EQ(read.runs[1].rows[0].time, Duration{7'000'000});
  EXPECT_TRUE(is_other_reduction("prod"));
  EXPECT_TRUE(same_reduction("", "sum"));
  EXPECT_FALSE(same_reduction("none", "max"));
}

TEST(NcclTestsReader, ReadsThroughNoise) {
  const auto read = measurements(
      "[1,0]<stdout>:# Collective test starting: reduce_scatter_perf\r\n"
      "[1,0]<stdout>:# size count type redop root time algbw busbw #wrong time algbw busbw "
      "#wrong\r\n"
      "[1,0]<stdout>: 8 2 float sum -1 9.5 0 0 0 9 0 0 0\r\n"
      "node-a:411:433 [0] NCCL INFO Channel 00/24 : 0 1 2 3\n"
      "[1,0]<stdout>:\x1b[32m16 4 float sum -1 9.5 0 0 0 9 0 0 0\x1b[0m\r\n"
      "\n0: 32 8 float sum -1 9.5 0 0 0 9 0 0 0\n"
      "2026-01-31T12:00:00.5Z 64 16 float sum -1 9.5 0 0 0 9 0 0 0\n"
      "NCCL version 2.18.5+cuda12.2\n");
  ASSERT_EQ(read.runs.size(), 1U);
  EXPECT_EQ(read.runs[0].collective, "reduce_scatter");
  EXPECT_EQ(read.runs[0].rows.size(), 4U);
}

TEST(NcclTestsReader, SaysWhatItLeavesOut) {
  const auto read = measurements("# Collective test starting: hypercube_perf\n" + kHeader + kRow +
                                 "# Avg bus bandwidth : 1\n./sendrecv_perf\n" + kHeader + kRow +
                                 "0 0 float sum -1 9 0 0 0 9 0 0 0\n");
  ASSERT_EQ(read.runs.size(), 1U);
  EXPECT_EQ(read.runs[0].collective, "send_recv");
  EXPECT_THAT(read.notes,
              ElementsAre("rows of size zero are left out", HasSubstr("hypercube_perf")));
}

TEST(NcclTestsReader, KnowsProcessesThatDoNotKnowEachOther) {
  const std::string rank = "#  Rank  0 Group  0 Pid 1 on node-a device  0 [0x07] A100\n";
  const auto read = measurements(rank + rank + kHeader + kRow);
  EXPECT_EQ(read.runs[0].ranks, 0);
  EXPECT_THAT(read.notes, ElementsAre(HasSubstr("without MPI")));
}

TEST(BusFactor, IsThatOfNcclTests) {
  EXPECT_EQ(bus_factor("all_reduce", 8), 1.75);
  EXPECT_EQ(bus_factor("all_gather", 8), 0.875);
  EXPECT_EQ(bus_factor("all_to_all", 4), 0.75);
  EXPECT_EQ(bus_factor("broadcast", 8), 1);
  EXPECT_EQ(bus_factor("send_recv", 8), 1);
}

TEST(CollectiveName, KnowsWhatBenchmarksSay) {
  EXPECT_EQ(collective_name("AllReduce"), "all_reduce");
  EXPECT_EQ(collective_name("/opt/osu/osu_reduce_scatter"), "reduce_scatter");
  EXPECT_EQ(collective_name("alltoall_perf"), "all_to_all");
  EXPECT_EQ(collective_name("IMB PingPong"), "send_recv");
  EXPECT_EQ(collective_name("hypercube_perf"), "");
  EXPECT_EQ(collective_name(""), "");
}

}  // namespace
}  // namespace commsim::nccl_tests_reader_test
