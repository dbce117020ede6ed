// A plan survives what its processes do: hang, crash, refuse, end early. Shells play the processes.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "calibrate/probe/host/child_processes.hpp"
#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/result_store.hpp"
#include "calibrate/probe/host/row.hpp"
#include "calibrate/probe/host/supervisor.hpp"

namespace commsim::probe_supervisor_test {
namespace {

namespace fs = std::filesystem;
using namespace commsim::probe;
using testing::ElementsAre;
using testing::HasSubstr;

Case copy_of(std::uint64_t size) { return {"copy", "device_to_device", "", "", "", 0, size}; }

std::string row_of(const Case& which) {
  Result result;
  result.which = which;
  result.out_of_place = {{1, 1}, 1, 1, 1, 1};
  return row(result);
}

class ProbeSupervisor : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    // What a process says once it has measured the case whose key it has read.
    fs::create_directories(folder_ / "rows");
    for (const std::uint64_t size : {8U, 16U, 32U, 64U}) {
      std::ofstream(folder_ / "rows" / std::to_string(size))
          << "row " << row_of(copy_of(size)) << '\n';
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  // `act` is what the shell does with a case of $size; "ok" reports its row.
  SupervisorSettings shell(const std::string& act, double patience = 20) {
    SupervisorSettings settings;
    const std::string script =
        "started=$(cat starts 2>/dev/null); echo x >>starts\n"
        "ok() { cat rows/$size >&3; }\n"
        "while IFS=, read -r s o d a p b size; do echo begin >&3\n" +
        act + "\ndone";
    settings.command = [this, script](int, int) {
      return ChildCommand{{"/bin/sh", "-c", "cd '" + folder_.string() + "'; " + script}, {}};
    };
    settings.patience = [patience](const Case&) { return patience; };
    settings.progress = [this](std::size_t done, std::size_t all) {
      progress_.push_back(std::to_string(done) + "/" + std::to_string(all));
    };
    return settings;
  }
  static std::vector<Batch> plan() {
    return {{{Environment{}}, {copy_of(8), copy_of(16), copy_of(32), copy_of(64)}}};
  }
  std::size_t starts() const {
    std::ifstream in(folder_ / "starts");
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) ++count;
    return count;
  }
  std::vector<std::string> failures() const {
    std::ifstream in(folder_ / "failures.csv");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
      lines.push_back(line.substr(line.rfind(',') + 1));
    return lines;
  }

  fs::path folder_;
  std::vector<std::string> progress_;
};

TEST_F(ProbeSupervisor, AHangIsKilledMarkedAndPassedOver) {
  ResultStore store(folder_, {"copy"});
  const auto start = std::chrono::steady_clock::now();
  supervise(plan(), store, shell("[ $size = 16 ] && exec /bin/sleep 600; ok", 0.5));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
  EXPECT_EQ(store.measured(), 3U);
  EXPECT_THAT(failures(), ElementsAre("reason", "hang: nothing for 0.500 s; killed"));
  EXPECT_EQ(starts(), 2U);
}

TEST_F(ProbeSupervisor, ACrashCostsOneCase) {
  ResultStore store(folder_, {"copy"});
  supervise(plan(), store, shell("[ $size = 16 ] && kill -SEGV $$; ok"));
  EXPECT_EQ(store.measured(), 3U);
  EXPECT_THAT(failures(), ElementsAre("reason", "signal 11"));
}

TEST_F(ProbeSupervisor, AFailureIsKeptInTheWordsOfTheProcess) {
  ResultStore store(folder_, {"copy"});
  supervise(plan(), store,
            shell("[ $size = 64 ] && { echo 'fail no memory on the GPU' >&3; exit 3; }; ok"));
  EXPECT_EQ(store.measured(), 3U);
  EXPECT_THAT(failures(), ElementsAre("reason", "no memory on the GPU"));
  EXPECT_EQ(starts(), 1U);
}

TEST_F(ProbeSupervisor, AProcessThatEndsWithoutAWordFails) {
  ResultStore store(folder_, {"copy"});
  supervise(plan(), store, shell("exit 0"));
  EXPECT_EQ(store.measured(), 0U);
  EXPECT_EQ(failures().at(1), "the process ended early");
}

TEST_F(ProbeSupervisor, AfterTwoFailuresInARowTheRestOfABatchIsGivenUp) {
  ResultStore store(folder_, {"copy"});
  supervise(plan(), store, shell("exit 7"));
  EXPECT_THAT(failures(), ElementsAre("reason", "exit code 7", "exit code 7",
                                      "left out after two failures in a row",
                                      "left out after two failures in a row"));
  EXPECT_EQ(starts(), 2U);
}

TEST_F(ProbeSupervisor, AResumedRunMeasuresOnlyWhatIsLeft) {
  {
    ResultStore store(folder_, {"copy"});
    supervise(plan(), store, shell("ok; [ $size = 16 ] && { echo 'fail x' >&3; exit 1; }"));
    EXPECT_EQ(store.measured(), 3U);  // 32 was the one that the failure was taken for
  }
  ResultStore store(folder_, {"copy"});
  supervise(plan(), store, shell("exit 9"));
  EXPECT_EQ(starts(), 2U);  // both by the first run
  EXPECT_EQ(progress_.back(), "4/4");
}

TEST_F(ProbeSupervisor, ProgressCountsCases) {
  ResultStore store(folder_, {"copy"});
  supervise(plan(), store, shell("ok"));
  EXPECT_THAT(progress_, ElementsAre("0/4", "1/4", "2/4", "3/4", "4/4"));
}

TEST_F(ProbeSupervisor, AFullDiskEndsTheRun) {
  fs::create_symlink("/dev/full", folder_ / "copy.csv");
  EXPECT_THROW(ResultStore(folder_, {"copy"}), OutputError);
}

TEST_F(ProbeSupervisor, ABatchSetsTheEnvironmentOfEachOfItsProcesses) {
  ResultStore store(folder_, {"copy"});
  auto settings = shell("");
  const std::string folder = folder_;
  settings.command = [folder](int rank, int ranks) {
    return ChildCommand{{"/bin/sh", "-c",
                         "cd '" + folder + "'; echo $NCCL_ALGO $NCCL_HOSTID >env" +
                             std::to_string(rank) + "of" + std::to_string(ranks) +
                             "; while IFS=, read -r s o d a p b size; do cat rows/$size; done >&3"},
                        {}};
  };
  const Environment first{{"NCCL_ALGO", "Ring"}, {"NCCL_HOSTID", "a"}};
  const Environment second{{"NCCL_ALGO", "Ring"}, {"NCCL_HOSTID", "b"}};
  supervise({{{first, second}, {copy_of(8)}}}, store, settings);
  const auto said = [&](const std::string& name) {
    std::ifstream in(folder_ / name);
    std::string line;
    std::getline(in, line);
    return line;
  };
  EXPECT_EQ(store.measured(), 1U);
  EXPECT_EQ(said("env0of2"), "Ring a");
}

TEST(ProbeChildren, AProgramThatIsNotThereIsAFault) {
  EXPECT_THROW(ChildProcesses({{{"/no/such/program"}, {}}}, ""), std::runtime_error);
}

TEST(ProbeChildren, MoreInputThanAPipeHoldsBlocksNobody) {
  ChildProcesses sleeper({{{"/bin/sleep", "600"}, {}}}, std::string(1U << 20U, 'x'));
  std::string line;
  EXPECT_EQ(sleeper.next(line, 0.05), ChildProcesses::Event::kSilence);
  EXPECT_EQ(sleeper.finish(0.05), "no end");
}

TEST(ProbePatience, ItGrowsWithTheSize) {
  EXPECT_EQ(default_patience(copy_of(0), 1), 64);
  EXPECT_EQ(default_patience(copy_of(1000000000), 1), 84);
}

}  // namespace
}  // namespace commsim::probe_supervisor_test
