// The JSON that nccl-tests writes.
#include <gmock/gmock.h>

#include <string>

#include "tests/support/measurements.hpp"

namespace commsim::nccl_tests_json_reader_test {
namespace {

using support::measurement_refusal;
using support::measurements;
using testing::HasSubstr;

std::string device(int rank, const std::string& host) {
  return R"({"rank":)" + std::to_string(rank) + R"(,"group":0,"pid":7,"hostname":")" + host +
         R"(","device":0,"device_hex":"0000:07:00","device_info":"NVIDIA H100"})";
}

std::string file(const std::string& results) {
  return R"({"version":2,"args":["./build\/all_reduce_perf","-J","x"],"env":["A=\"size\"",)"
         R"("NCCL_ALGO=Tree","NCCL_PROTO=LL128"],"nccl_version":22703,"config":{"nthreads":1,)"
         R"("ngpus":2,"devices":[)" +
         device(0, "a") + "," + device(2, "b") + R"(]},"results":[)" + results + "]}";
}

std::string half(const std::string& time, const std::string& wrong = "0.000000") {
  return R"({"time":)" + time + R"(,"alg_bw":0.1,"bus_bw":0.2,"nwrong":)" + wrong + "}";
}

std::string row(const std::string& size, const std::string& out, const std::string& in) {
  return R"({"size":)" + size + R"(,"count":2,"type":"float","redop":"sum","root":"    -1",)" +
         R"("out_of_place":)" + out + R"(,"in_place":)" + in +
         R"(,"actual_iterations":20,"experiment_name":"AllReduce"})";
}

TEST(NcclTestsJsonReader, RefusesWhatIsBroken) {
  const auto refusal = [](const std::string& result) { return measurement_refusal(file(result)); };
  EXPECT_THAT(measurement_refusal(R"({"results":[)"),
              HasSubstr("log:1:13: error: this is no JSON"));
  EXPECT_THAT(measurement_refusal(R"({"results":5})"), HasSubstr("no list 'results'"));
  EXPECT_THAT(measurement_refusal(R"({"results":[1e999]})"), HasSubstr("larger than any double"));
  EXPECT_THAT(measurement_refusal(R"({"results":)" + std::string(99, '[')), HasSubstr("deeper"));
  EXPECT_THAT(refusal(""), HasSubstr("no measurements"));
  EXPECT_THAT(refusal("7"), HasSubstr("is an object"));
  EXPECT_THAT(refusal(row("-8", half("9"), half("9"))), HasSubstr("'size'"));
  EXPECT_THAT(refusal(row("8.5", half("9"), half("9"))), HasSubstr("'size'"));
  EXPECT_THAT(refusal(row("8", half("-9"), half("9"))), HasSubstr("negative"));
  EXPECT_THAT(refusal(row("8", half("0.000000"), half("9"))), HasSubstr("more than zero"));
  EXPECT_THAT(refusal(row("8", half("\"nan\""), half("9"))), HasSubstr("is no number"));
  EXPECT_THAT(refusal(row("8", half("9", "\"x\""), half("9"))), HasSubstr("'nwrong'"));
  EXPECT_THAT(refusal(row("8", "null", "null")), HasSubstr("has no time"));
  EXPECT_THAT(refusal(row("8", R"({"cpu_time":9})", half("9"))), HasSubstr("times of the CPU"));
  EXPECT_THAT(refusal(row("8", "3", half("9"))), HasSubstr("no object"));
}

TEST(NcclTestsJsonReader, ReadsFactsAndRows) {
  const auto read = measurements(file(row("8", half("9.500000"), half("9.25")) + "," +
                                      row("16", "null", half("10", "null")) + ",\n" +
                                      row("16", half("11", "4.000000"), half("10"))));
  EXPECT_EQ(read.format, "nccl_tests_json");
  ASSERT_EQ(read.runs.size(), 1U);
  const MeasuredRun& run = read.runs[0];
  EXPECT_EQ(run.collective, "all_reduce");
  EXPECT_EQ(run.ranks, 4);  // two processes of two GPUs
  EXPECT_EQ(run.nodes, 2);
  EXPECT_EQ(run.version, "2.27.3");
  EXPECT_EQ(run.algorithm, "Tree");
  EXPECT_EQ(run.protocol, "LL128");
  EXPECT_EQ(run.device, "NVIDIA H100");
  ASSERT_EQ(run.rows.size(), 3U);
  EXPECT_EQ(run.rows[0].time, Duration{9'500'000});
  EXPECT_EQ(run.rows[0].in_place, Duration{9'250'000});
  EXPECT_EQ(run.rows[1].time, Duration{10'000'000});
  EXPECT_TRUE(run.rows[2].wrong);
  EXPECT_EQ(run.rows[1].line, 1);
  EXPECT_EQ(run.rows[2].line, 2);
}

}  // namespace
}  // namespace commsim::nccl_tests_json_reader_test
