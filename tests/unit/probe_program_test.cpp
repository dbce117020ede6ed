// The whole program on a made-up machine: a script plays the processes that measure.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/program.hpp"

namespace commsim::probe_program_test {
namespace {

namespace fs = std::filesystem;
using namespace commsim::probe;
using testing::HasSubstr;

class ProbeProgram : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    inventory_.gpus = {"a GPU"};
    inventory_.memory = std::uint64_t{80} << 30U;
    options_ = parse_options({"--suite", "launch", "--out", folder_ / "out"});
  }
  void TearDown() override { fs::remove_all(folder_); }

  // A program that does so with each case.
  std::string script(const std::string& act) {
    const fs::path file = folder_ / "program.sh";
    std::ofstream(file) << "#!/bin/sh\nwhile IFS=, read -r s o d a p b size; do\n"
                        << act << "\ndone\n";
    fs::permissions(file, fs::perms::owner_all);
    return file;
  }
  int run(const std::string& program) {
    return run_program(program, options_, inventory_, {1980, 2619}, false);
  }
  std::string text(const std::string& name) const {
    std::ifstream in(folder_ / "out" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_;
  Inventory inventory_;
  Options options_;
};

constexpr const char* kMeasure =
    "echo \"row $size,1,,none,-1,1,1,1,,,,,,$o,1,1,,,0,,,,,5,1,,,,,fake\" >&3";

TEST_F(ProbeProgram, WhereNothingIsMeasuredTheExitCodeIsThree) {
  EXPECT_EQ(run(script("exit 1")), kNoResult);
  EXPECT_THAT(text("probe.json"), HasSubstr("\"measured\": 0"));
  EXPECT_THAT(text("failures.csv"), HasSubstr("launch,launch,,,,0,0,exit code 1\n"));
}

TEST_F(ProbeProgram, AFolderThatCannotBeWrittenIsAnOutputError) {
  options_.out = "/dev/null/out";
  EXPECT_THROW(run(script(kMeasure)), OutputError);
}

TEST_F(ProbeProgram, ADescriptionThatCannotBeWrittenIsAnOutputErrorThatKeepsTheTables) {
  ASSERT_EQ(run(script(kMeasure)), kDone);
  const std::string kept = text("launch.csv");
  fs::create_symlink("/dev/full", folder_ / "out" / "probe.json.part");
  EXPECT_THROW(run(script(kMeasure)), OutputError);
  EXPECT_EQ(text("launch.csv"), kept);
}

TEST_F(ProbeProgram, EveryCaseIsMeasuredAndTheRunIsDescribed) {
  EXPECT_EQ(run(script(kMeasure)), kDone);
  EXPECT_THAT(text("launch.csv"), HasSubstr(",graph_16,"));
  EXPECT_THAT(text("probe.json"), HasSubstr("\"measured\": 5"));
  EXPECT_THAT(text("probe.json"), HasSubstr("\"finished\": true"));
  EXPECT_THAT(text("probe.json"), HasSubstr("\"sm_clock_mhz\": 1980"));
}

TEST_F(ProbeProgram, ASecondRunStartsNothing) {
  ASSERT_EQ(run(script(kMeasure)), kDone);
  EXPECT_EQ(run("/no/such/program"), kDone);
}

TEST(ProbeProgress, ItSaysHowManyAndHowLong) {
  std::ostringstream out;
  const auto line = progress_line(out, 60, 2);
  line(2, 12);
  EXPECT_EQ(out.str(), "\r2 of 12 cases, about 11 min left   ");
  line(12, 12);
  EXPECT_THAT(out.str(), HasSubstr("12 of 12 cases, about 1 min left   \n"));
}

}  // namespace
}  // namespace commsim::probe_program_test
