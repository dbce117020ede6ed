// `commsim calibrate gpu` on machines that lack something, and with programs that play CMake and
// the probe: no GPU is needed.
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <string>

#include "calibrate/probe/host/options.hpp"
#include "tests/support/command.hpp"

namespace commsim::support::calibrate_gpu_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CalibrateGpu : public testing::Test {
 protected:
  CalibrateGpu() {
    fs::create_directory(bin());
    fs::create_directory(bin() / "empty");
  }

  [[nodiscard]] fs::path bin() const { return folder_.path() / "bin"; }
  [[nodiscard]] std::string out(const char* name = "") const {
    return (folder_.path() / "out" / name).string();
  }

  void program(const std::string& name, const std::string& act) const {
    std::ofstream(bin() / name) << "#!/bin/sh\n" << act << '\n';
    fs::permissions(bin() / name, fs::perms::owner_all);
  }

  // Configures nothing, and builds a probe that does so.
  void tools(const std::string& probe) const {
    program("nvcc", "exit 0");
    std::ofstream(bin() / "probe") << "#!/bin/sh\n" << probe << '\n';
    program("cmake", "echo \"cmake $*\" >&2\nif test \"$1\" = --build; then /bin/cp '" +
                         (bin() / "probe").string() +
                         "' \"$2/commsim_probe\"; /bin/chmod +x \"$2/commsim_probe\"\n"
                         "else /bin/mkdir -p \"$4\"; fi");
  }

  // Nothing but what is in bin() is in PATH.
  [[nodiscard]] CommandResult run(const std::string& arguments,
                                  const std::string& environment = "") const {
    return commsim("calibrate gpu --out '" + out() + "' " + arguments,
                   "/usr/bin/env -i PATH='" + bin().string() + "' CUDA_HOME=/no/cuda HOME='" +
                       folder_.path().string() + "' " + environment);
  }

 private:
  TemporaryFolder folder_;
};

// One sentence: one line on standard error.
void expect_sentence(const CommandResult& result, const std::string& part) {
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr("commsim: error: "), HasSubstr(part)));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_F(CalibrateGpu, WithoutAToolkitSaysSo) {
  expect_sentence(run(""), "no nvcc in PATH nor at /no/cuda/bin/nvcc");
  expect_sentence(run("", "CUDACXX=/no/nvcc"), "CUDACXX names '/no/nvcc'");
}

TEST_F(CalibrateGpu, WithoutCMakeSaysSo) {
  program("nvcc", "exit 0");
  expect_sentence(run(""), "no cmake in PATH");
}

TEST_F(CalibrateGpu, WithoutAFolderToBuildInSaysSo) {
  tools("exit 0");
  expect_sentence(
      commsim("calibrate gpu", "/usr/bin/env -i CUDA_HOME=/no PATH='" + bin().string() + "'"),
      "--build-dir");
}

TEST_F(CalibrateGpu, ASourceThatIsNoneIsTheUsersMistake) {
  tools("exit 0");
  const CommandResult result = run("--probe-source /no/such/folder");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("'/no/such/folder' is not the folder calibrate/probe"));
}

TEST_F(CalibrateGpu, ABuildThatFailsIsTheMachinesFault) {
  program("nvcc", "exit 0");
  program("cmake", "echo broken >&2; exit 1");
  const CommandResult configured = run("");
  EXPECT_EQ(configured.exit_code, 3);
  EXPECT_THAT(configured.err,
              AllOf(HasSubstr("broken\n"), HasSubstr("cannot be configured (exit")));
  program("cmake", "test \"$1\" != --build");
  EXPECT_THAT(run("").err, HasSubstr("cannot be built (exit code 1)"));
  program("cmake", "exit 0");
  EXPECT_THAT(run("").err, HasSubstr("the build has made no "));
}

TEST_F(CalibrateGpu, WhatTheProbeRefusesIsHandedOn) {
  tools("echo 'commsim_probe: no GPU' >&2; exit 3");
  const CommandResult no_gpu = run("");
  EXPECT_EQ(no_gpu.exit_code, 3);
  EXPECT_THAT(no_gpu.err, AllOf(EndsWith("commsim_probe: no GPU\n"), Not(HasSubstr("error:"))));
  tools("exit 2");
  EXPECT_EQ(run("--suite ncll").exit_code, 2);
  tools("kill -9 $$");
  const CommandResult killed = run("");
  EXPECT_EQ(killed.exit_code, 3);
  EXPECT_THAT(killed.err, HasSubstr("signal 9"));
}

TEST_F(CalibrateGpu, OptionsAreHandedOnAndNothingIsAProfileOfNothing) {
  tools("echo \"$*\"");
  const CommandResult result = run(
      "--suite copy nccl --suite gemm --dtype float16 --min 8 --max 1M --repeats 3 --seconds 0.5 "
      "--hang 9 --seed 7 --ranks-per-gpu 2 --collnet");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "--out " + out() +
                            " --suite copy --suite nccl --suite gemm --dtype float16 --min 8 --max "
                            "1M --repeats 3 --seconds 0.5 --hang 9 --seed 7 --ranks-per-gpu 2 "
                            "--collnet\n");
  EXPECT_THAT(result.err, HasSubstr("no collective was measured"));
  EXPECT_THAT(run("--list").err, Not(HasSubstr("profile")));
}

TEST_F(CalibrateGpu, BuildsBelowTheCacheFolderOrWhereItIsTold) {
  tools("exit 0");
  EXPECT_THAT(run("").err, HasSubstr("/.cache/commsim/probe-"));
  EXPECT_THAT(run("", "XDG_CACHE_HOME='" + out("cache") + "'").err,
              HasSubstr(out("cache") + "/commsim/probe-"));
  const CommandResult told = run("--build-dir '" + out("here") + "'");
  EXPECT_THAT(told.err, AllOf(HasSubstr("building the probe in " + out("here")),
                              HasSubstr("-D CMAKE_CUDA_COMPILER=" + (bin() / "nvcc").string())));
}

constexpr const char* kHeader =
    "size_bytes,count,dtype,redop,root,time_us_oop,algbw_oop,busbw_oop,time_us_ip,algbw_ip,"
    "busbw_ip,wrong,collective,ranks,nodes,algorithm,protocol,what";

std::string measuring(const std::string& rows) {
  return "/bin/mkdir -p \"$2\"\nprintf '" + std::string(kHeader) + "\\n" + rows +
         "' >\"$2/nccl.csv\"";
}

std::string row(int size, const std::string& collective, int ranks, const std::string& choice) {
  return std::to_string(size) + ",2,float32,none,-1,20,,,,,,0," + collective + "," +
         std::to_string(ranks) + ",1," + choice + ",x\\n";
}

TEST_F(CalibrateGpu, CollectivesBecomeAProfileWithoutWhatWasForced) {
  std::string rows;
  for (const int size : {8, 1024, 1048576}) {
    rows += row(size, "all_gather", 4, ",") + row(size, "all_gather", 4, "Ring,LL");
  }
  tools(measuring(rows));
  const CommandResult result = run("--name box");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::string profile = read_file(out("profile.yaml"));
  EXPECT_THAT(profile, AllOf(HasSubstr("profile: box"), HasSubstr("collective: all_gather"),
                             HasSubstr("ranks: 4"), Not(HasSubstr("Ring"))));
  EXPECT_THAT(result.err, AllOf(HasSubstr("1 runs of a forced algorithm"),
                                EndsWith("wrote " + out("profile.yaml") + "\n")));
}

TEST_F(CalibrateGpu, OneGpuOrASharedOneMakesNoProfile) {
  tools(measuring(row(8, "all_gather", 1, ",") + row(1024, "all_gather", 1, ",")));
  EXPECT_THAT(run("").err, HasSubstr("use no link, so there is no profile"));
  tools(measuring(row(8, "all_gather", 2, ",") + row(1024, "all_gather", 2, ",")));
  const CommandResult shared = run("--ranks-per-gpu 2");
  EXPECT_EQ(shared.exit_code, 0);
  EXPECT_THAT(shared.err, HasSubstr("use no link"));
  EXPECT_FALSE(fs::exists(out("profile.yaml")));
}

TEST_F(CalibrateGpu, CodecsOfOneGpuBecomeAProfile) {
  tools(
      "/bin/mkdir -p \"$2\"\nprintf 'size_bytes,dtype,time_us_oop,wrong,operation,moved_bytes\\n"
      "4096,float32,2,0,int8_encode,5184\\n4096,float32,1,0,int8_decode,5184\\n' "
      ">\"$2/codecs.csv\"");
  const CommandResult result = run("--suite codecs");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("no collective was measured, so the profile has codecs only"));
  EXPECT_THAT(read_file(out("profile.yaml")), HasSubstr("{codec: int8, encode: 2.048 GB/s"));
}

TEST_F(CalibrateGpu, KnowsEveryOptionOfTheProbe) {
  const CommandResult help = commsim("calibrate gpu --help");
  const std::string usage = probe::usage();
  const std::regex option("--[a-z-]+");
  int found = 0;
  for (std::sregex_iterator it(usage.begin(), usage.end(), option), end; it != end; ++it) {
    EXPECT_THAT(help.out, HasSubstr(it->str()));
    ++found;
  }
  EXPECT_GE(found, 12);
}

}  // namespace
}  // namespace commsim::support::calibrate_gpu_test
