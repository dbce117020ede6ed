// The tables of OSU, IMB and perftest.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/measurements.hpp"

namespace commsim::mpi_readers_test {
namespace {

using support::measurement_refusal;
using support::measurements;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kOsu =
    "# OSU MPI-CUDA Allreduce Latency Test v7.4\n# Datatype: MPI_FLOAT.\n"
    "# Size       Avg Latency(us)\n";
const std::string kImb =
    "# Benchmarking Allreduce\n# #processes = 8\n# ( 8 additional processes waiting)\n"
    "#bytes #repetitions t_min[usec] t_max[usec] t_avg[usec]\n";
const std::string kPerftest =
    "                    RDMA_Write BW Test\n Dual-port       : OFF\n ------------\n"
    " #bytes     #iterations    BW peak[MB/sec]    BW average[MB/sec]   MsgRate[Mpps]\n";

TEST(OsuReader, RefusesBrokenRows) {
  EXPECT_THAT(measurement_refusal(kOsu), HasSubstr("no measurements"));
  EXPECT_THAT(measurement_refusal("# OSU MPI Latency Test v7\n# Size us\n8\n"),
              HasSubstr("no column"));
  EXPECT_THAT(measurement_refusal(kOsu + "8 1.x\n"), HasSubstr("log:4:3: error: '1.x'"));
  EXPECT_THAT(measurement_refusal(kOsu + "8 -1\n"), HasSubstr("negative"));
  EXPECT_THAT(measurement_refusal(kOsu + "8 0.00\n"), HasSubstr("more than zero"));
  EXPECT_THAT(measurement_refusal(kOsu + "8 nan\n"), HasSubstr("'nan'"));
  EXPECT_THAT(measurement_refusal(kOsu + "8\n"), HasSubstr("1 columns, the header has 2"));
  EXPECT_THAT(measurement_refusal(kOsu + "8 1.5 9\n"), HasSubstr("3 columns"));
  EXPECT_THAT(measurement_refusal(kOsu + "8k 1.5\n"), HasSubstr("'8k'"));
  EXPECT_THAT(
      measurement_refusal("# OSU MPI Allgather Latency Test v7\n# Size  Avg Latency(us)\n8 1\n"),
      HasSubstr("log:2:1: error: the sizes of all_gather are those of one rank's part"));
  EXPECT_THAT(measurement_refusal("# OSU MPI Allgather Latency Test v7\n# Size  Avg Latency(us)\n"
                                  "4611686018427387904 1\n",
                                  {.ranks = 8}),
              HasSubstr("too large"));
}

TEST(OsuReader, ReadsCollectives) {
  const auto read =
      measurements("srun: job 7 queued\n0: " + kOsu + "8 21.76\n16 22.5\n\n" +
                       "# OSU MPI All-to-All Personalized Exchange Latency Test v7.4\n"
                       "# Size Avg Latency(us) Min Latency(us) Max Latency(us) Iterations\n"
                       "8 30.5 29 31 100\n",
                   {.ranks = 4});
  EXPECT_EQ(read.format, "osu");
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].collective, "all_reduce");
  EXPECT_EQ(read.runs[0].dtype, "MPI_FLOAT");
  EXPECT_EQ(read.runs[0].rows[0].size, 8_B);
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{21'760'000});
  EXPECT_EQ(read.runs[1].collective, "all_to_all");
  EXPECT_EQ(read.runs[1].rows[0].size, 32_B);  // eight bytes for each of four ranks
  EXPECT_EQ(read.runs[1].rows[0].time, Duration{30'500'000});
}

TEST(OsuReader, ReadsLatencyAndBandwidthOfTwoRanks) {
  const auto read = measurements(
      "# OSU MPI Latency Test v5.8\n# Size          Latency (us)\n0 1.1\n8 1.25\n"
      "# OSU MPI Bandwidth Test v5.8\n# Size      Bandwidth (MB/s)        Validation\n1000 100.0 "
      "Pass\n"
      "# OSU MPI Bi-Directional Bandwidth Test v5.8\n# Size      Bandwidth (MB/s)\n1000 100.0\n"
      "# OSU MPI Barrier Latency Test v5.8\n# Avg Latency(us)\n 1.5\n"
      "# OSU MPI Multiple Bandwidth / Message Rate Test v5.8\n# Size MB/s Messages/s\n8 1 2\n");
  ASSERT_EQ(read.runs.size(), 3U);
  EXPECT_EQ(read.runs[0].collective, "send_recv");
  EXPECT_EQ(read.runs[0].ranks, 2);
  ASSERT_EQ(read.runs[0].rows.size(), 1U);
  EXPECT_EQ(read.runs[1].rows[0].time, Duration{10'000'000});
  EXPECT_TRUE(read.runs[1].rows[0].derived);
  EXPECT_EQ(read.runs[2].rows[0].time, Duration{20'000'000});
  EXPECT_THAT(read.notes, testing::Contains(HasSubstr("'Multiple Bandwidth / Message Rate'")));
}

TEST(ImbReader, RefusesBrokenRows) {
  EXPECT_THAT(measurement_refusal(kImb), HasSubstr("no measurements"));
  EXPECT_THAT(measurement_refusal(kImb + "8 1000 1 2\n"), HasSubstr("4 columns, the header has 5"));
  EXPECT_THAT(measurement_refusal(kImb + "8 1000 1 2 x\n"), HasSubstr("log:5:12: error: 'x'"));
  EXPECT_THAT(measurement_refusal("# #processes = 0\n" + kImb), HasSubstr("too few"));
  EXPECT_THAT(measurement_refusal("# Benchmarking Bcast\n#bytes #repetitions t_max[usec]\n8 9 1\n"),
              HasSubstr("no column t_avg"));
}

TEST(ImbReader, ReadsCollectivesAndPingPong) {
  const auto read = measurements(
      kImb +
      " 0 1000 0.03 0.04 0.03\n 8 1000 4.5 18.5 11.25\n"
      "# Benchmarking Allgather \n# #processes = 4 \n"
      "#bytes #repetitions t_min[usec] t_max[usec] t_avg[usec]\n8 1000 1 2 1.5\n"
      "# Benchmarking PingPong\n# #processes = 2\n#bytes #repetitions t[usec] Mbytes/sec\n"
      "4 1000 1.75 2.29\n"
      "# Benchmarking Exchange\n# #processes = 2\n#bytes #repetitions t_min[usec] t_max[usec] "
      "t_avg[usec] Mbytes/sec\n4 1000 1 1 1 1\n");
  EXPECT_EQ(read.format, "imb");
  ASSERT_EQ(read.runs.size(), 3U);
  EXPECT_EQ(read.runs[0].ranks, 8);
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{11'250'000});
  EXPECT_EQ(read.runs[1].rows[0].size, 32_B);
  EXPECT_EQ(read.runs[2].collective, "send_recv");
  EXPECT_EQ(read.runs[2].rows[0].time, Duration{1'750'000});
  EXPECT_THAT(read.notes, ElementsAre("rows of size zero are left out",
                                      HasSubstr("IMB's 'Exchange' is left out")));
}

TEST(PerftestReader, RefusesBrokenRows) {
  EXPECT_THAT(measurement_refusal(kPerftest), HasSubstr("no measurements"));
  EXPECT_THAT(measurement_refusal(kPerftest + " 64 5000 1.0\n"), HasSubstr("3 columns"));
  EXPECT_THAT(measurement_refusal(kPerftest + " 64 5000 9.0 0.00 0.1\n"),
              HasSubstr("log:5:14: error: '0.00': a rate of zero"));
  EXPECT_THAT(measurement_refusal("#bytes #iterations t_min[usec] t_max[usec]\n2 1 1 1\n"),
              HasSubstr("no column"));
}

TEST(PerftestReader, ReadsBandwidthInTheUnitsOfItsHeader) {
  const auto read =
      measurements(kPerftest +
                   "Conflicting CPU frequency values detected: 1496.1 != 1529.7.\n"
                   " 1048576    5000    110.00    100.00    0.0001\n ------------\n"
                   "  RDMA_Write Bidirectional BW Test\n"
                   " #bytes #iterations BW peak[Gb/sec] BW average[Gb/sec] MsgRate[Mpps]\n"
                   " 1000 5000 0.00 8.0 1\n");
  EXPECT_EQ(read.format, "perftest");
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{10'000'000'000});  // 1 MiB at 100 MiB/s
  EXPECT_TRUE(read.runs[0].rows[0].derived);
  EXPECT_EQ(read.runs[1].rows[0].time, Duration{2'000'000});  // 1 kB each way at 1 GB/s in all
}

TEST(PerftestReader, ReadsTheAverageLatencyAndKnowsARoundTrip) {
  const auto read = measurements(
      " RDMA_Read Latency Test\n #bytes #iterations t_min[usec] t_max[usec] t_typical[usec] "
      "t_avg[usec] t_stdev[usec] 99% percentile[usec] 99.9% percentile[usec]\n"
      " 2 1000 0.98 5.23 1.02 1.05 0.1 2 3\n");
  EXPECT_EQ(read.runs[0].rows[0].time, Duration{1'050'000});
  EXPECT_THAT(read.notes, ElementsAre(HasSubstr("request and its answer")));
  const auto old =
      measurements("#bytes #iterations t_min[usec] t_max[usec] t_typical[usec]\n2 1000 1 9 1.5\n");
  EXPECT_EQ(old.runs[0].rows[0].time, Duration{1'500'000});
}

TEST(Formats, ATextOfTwoFormatsIsAskedFor) {
  EXPECT_THAT(measurement_refusal(kOsu + "8 1\n" + kImb), HasSubstr("imb or osu; say which"));
}

}  // namespace
}  // namespace commsim::mpi_readers_test
