// The same sweep in several processes that mpirun starts: the same bytes, whoever dies.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "tests/support/command.hpp"

namespace commsim::support::mpi_test {
namespace {

namespace fs = std::filesystem;

// Open MPI on one machine, in a container, as root; its messages about all that are left out.
std::string launcher(int processes) {
  return "env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
         "OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl=self,tcp ASAN_OPTIONS=detect_leaks=0 "
         "TSAN_OPTIONS=report_bugs=0 mpirun --bind-to none -n " +
         std::to_string(processes);
}

// Why these tests cannot run here.
std::optional<std::string> missing() {
  if (std::system("command -v mpirun >/dev/null 2>&1") != 0) return "mpirun is not installed";
  const CommandResult tried =
      commsim("run scenarios/incast.yaml", "env OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 ");
  if (tried.err.find("without MPI") != std::string::npos) return "commsim was built without MPI";
  return std::nullopt;
}

class Mpi : public testing::Test {
 protected:
  void SetUp() override {
    static const std::optional<std::string> why = missing();
    if (why) GTEST_SKIP() << *why;
  }
};

TEST_F(Mpi, TwoAndFourProcessesPrintTheTableOfOne) {
  for (const std::string format : {"text", "json", "csv"}) {
    const std::string line =
        "run scenarios/quickstart.yaml scenarios/dgx_h100.yaml --format " + format;
    const CommandResult alone = commsim(line);
    for (const int processes : {2, 4}) {
      const CommandResult together = commsim(line, launcher(processes));
      EXPECT_EQ(together.exit_code, 0) << together.err;
      EXPECT_EQ(together.out, alone.out);
    }
  }
}

TEST_F(Mpi, TrainingStepsAndPlansAreThoseOfOne) {
  const std::string find =
      "--set 'topology.nic.bandwidth=100 Gb/s' --set 'plan.limits.step=400 ms' --set "
      "'plan.find={key: topology.nic.bandwidth, from: 1 Gb/s, to: 200 Gb/s}'";
  for (const std::string& line :
       {std::string("run scenarios/gpt3_1024_a100.yaml scenarios/parameter_servers.yaml --set "
                    "'training.micro_batch=[1, 2]' --format json"),
        std::string("plan scenarios/plans/llama3_70b_256_h100.yaml"),
        std::string("plan scenarios/plans/h100_or_a100.yaml --set training.recompute=selective "
                    "--set plan.limits.days=1000 --set 'plan.find={key: "
                    "plan.alternatives.h100.topology.servers, from: 6, to: 8}'"),
        "plan --format json scenarios/plans/bert_ten_nodes.yaml " + find}) {
    const CommandResult alone = commsim(line);
    for (const int processes : {2, 4}) {
      const CommandResult together = commsim(line, launcher(processes));
      EXPECT_EQ(together.exit_code, alone.exit_code) << together.err;
      EXPECT_EQ(together.out, alone.out) << line;
    }
  }
}

TEST_F(Mpi, AProcessMayHaveSeveralThreads) {
  const std::string line = "run scenarios/crossover.yaml --format csv --jobs 2";
  const CommandResult together = commsim(line, launcher(3));
  EXPECT_EQ(together.exit_code, 0) << together.err;
  EXPECT_EQ(together.out, commsim(line).out);
}

TEST_F(Mpi, AMistakeInTheFileIsToldOnce) {
  const std::string line = "run tests/bad/unknown_codec.yaml";
  const CommandResult alone = commsim(line);
  const CommandResult together = commsim(line, launcher(2));
  EXPECT_EQ(together.exit_code, 2);
  EXPECT_EQ(together.out, "");
  const auto first = together.err.find(alone.err);
  ASSERT_NE(first, std::string::npos) << together.err;
  EXPECT_EQ(together.err.find(alone.err, first + 1), std::string::npos) << together.err;
}

// What stands in /proc/PID/status behind a key.
std::string status_of(const std::string& pid, const std::string& key) {
  std::ifstream in("/proc/" + pid + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return line.substr(line.find_last_of(" \t") + 1);
  }
  return "";
}

// The processes that simulate for the first one, which works at `file`: each is the child of a
// commsim that mpirun has started.
std::vector<pid_t> workers_at(const std::string& file) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const bool guarded = status_of(pid, "Name:") == "commsim" &&
                         status_of(status_of(pid, "PPid:"), "Name:") == "commsim";
    if (!guarded) continue;
    if (read_file(entry.path() / "cmdline").find(file) != std::string::npos) {
      found.push_back(std::stoi(pid));
    }
  }
  return found;
}

std::string sweep(const TemporaryFolder& folder, int sizes) {
  const std::string file = (folder.path() / "sweep.yaml").string();
  std::ofstream out(file);
  out << "version: 1\n"
         "topology: {kind: switch, ranks: 64, link: {bandwidth: 50 GB/s, latency: 1 us}}\n"
         "collective:\n  kind: all_reduce\n  algorithm: ring\n  size: [64 B";
  for (int i = 2; i <= sizes; ++i) out << ", " << 64 * i << " B";
  out << "]\n";
  return file;
}

std::size_t lines_in(const fs::path& file) {
  const std::string text = read_file(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Runs the sweep by so many processes, and kills so many of those that simulate once the first rows
// are there.
void kill_in_mid_sweep(int processes, std::size_t victims) {
  constexpr int kSizes = 1500;
  constexpr std::size_t kFirstRows = 20;
  const TemporaryFolder folder;
  const std::string file = sweep(folder, kSizes);
  const fs::path out = folder.path() / "out";
  const fs::path err = folder.path() / "err";
  const std::string line = "run " + file + " --format csv";
  int code = -1;
  std::size_t killed = 0;
  std::size_t rows = 0;
  {
    const std::jthread run([&] {
      const std::string command = launcher(processes) + " '" COMMSIM_EXECUTABLE "' " + line +
                                  " >'" + out.string() + "' 2>'" + err.string() + "' </dev/null";
      code = std::system(command.c_str());
    });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (lines_in(out) < kFirstRows && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    rows = lines_in(out);
    for (const pid_t worker : workers_at(file)) {
      if (killed < victims && kill(worker, SIGKILL) == 0) ++killed;
    }
  }
  EXPECT_EQ(code, 0);
  EXPECT_EQ(killed, victims);
  EXPECT_LT(rows, std::size_t{kSizes});
  EXPECT_TRUE(read_file(out) == commsim(line).out);  // too long to be printed
  EXPECT_NE(read_file(err).find("a worker has died"), std::string::npos) << read_file(err);
}

TEST_F(Mpi, AWorkerThatIsKilledCostsNoRow) { kill_in_mid_sweep(4, 1); }

TEST_F(Mpi, WhenAllWorkersAreKilledTheFirstProcessGoesOnAlone) { kill_in_mid_sweep(3, 2); }

}  // namespace
}  // namespace commsim::support::mpi_test
