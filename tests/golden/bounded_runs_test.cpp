// Every run is bounded, and what is finished when somebody stops it is not lost.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/support/command.hpp"

namespace commsim::support::bounded_runs_test {
namespace {

constexpr const char* kRing =
    "run scenarios/dgx_h100.yaml --set collective.algorithm=ring --set 'collective.size=1 MiB' ";

void expect_refused(const CommandResult& result, const std::string& why) {
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find(why), std::string::npos) << result.err;
}

TEST(Limits, MoreMessagesThanAllowedAreRefused) {
  expect_refused(commsim(kRing + std::string("--max-messages 3")), "more than 3 messages");
}

TEST(Limits, MoreSimulatedTimeThanAllowedIsRefused) {
  expect_refused(commsim(kRing + std::string("--max-time '1 us'")), "goes past 1 us");
}

TEST(Limits, ThatAreNoneAreRefused) {
  expect_refused(commsim(kRing + std::string("--max-messages 0")), "--max-messages");
  expect_refused(commsim(kRing + std::string("--max-messages many")), "--max-messages");
  expect_refused(commsim(kRing + std::string("--max-time 3")), "--max-time");
  expect_refused(commsim(kRing + std::string("--max-memory 1KiB")), "--max-memory");
  expect_refused(commsim(kRing + std::string("--max-memory 12")), "--max-memory");
}

TEST(Limits, ThatAreNotReachedChangeNothing) {
  const CommandResult bounded =
      commsim(kRing + std::string("--max-messages 1000000 --max-time '1 s' --max-memory '2 GiB'"));
  EXPECT_EQ(bounded.exit_code, 0) << bounded.err;
  EXPECT_EQ(bounded.out, commsim(kRing).out);
}

// A sanitizer maps more memory than there is, and no limit is set then.
TEST(Limits, MoreMemoryThanAllowedIsRefused) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "memory is not limited under a sanitizer";
#endif
  const CommandResult result = commsim(
      "run scenarios/incast.yaml --max-memory '64 MiB' --set topology.ranks=1000000 --jobs 1");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("more memory than its limit of 64 MiB"), std::string::npos)
      << result.err;
}

// A sweep that takes far longer than a test.
std::string ten_thousand_points(const TemporaryFolder& folder) {
  const std::string file = (folder.path() / "long.yaml").string();
  std::ofstream out(file);
  out << "version: 1\n"
         "topology: {kind: switch, ranks: 64, link: {bandwidth: 50 GB/s, latency: [1 us, 2 us]}}\n"
         "collective:\n  kind: all_reduce\n  algorithm: ring\n  size: [64 B";
  for (int i = 2; i <= 5000; ++i) out << ", " << 64 * i << " B";
  out << "]\n";
  return file;
}

struct Interrupted {
  int exit_code = 0;
  std::string out;
  std::string err;
};

// Starts a run, and sends it a signal once it has printed so many lines.
Interrupted interrupted(const std::string& file, const char* format, int signal, int lines) {
  const TemporaryFolder folder;
  const std::string err = (folder.path() / "err").string();
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    if (std::freopen(err.c_str(), "w", stderr) == nullptr) _exit(127);
    execl(COMMSIM_EXECUTABLE, "commsim", "run", file.c_str(), "--format", format, "--jobs", "2",
          nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  Interrupted result;
  bool sent = false;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = read(pipe_ends[0], some.data(), some.size())) > 0;) {
    result.out.append(some.data(), static_cast<std::size_t>(got));
    if (!sent && std::count(result.out.begin(), result.out.end(), '\n') >= lines) {
      kill(child, signal);
      sent = true;
    }
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.err = read_file(err);
  return result;
}

std::string done(std::size_t rows) {
  return "interrupted; " + std::to_string(rows) + " of 10000 simulations were done";
}

TEST(Interrupt, LeavesWholeJsonOfWhatWasDone) {
  const TemporaryFolder folder;
  const Interrupted result = interrupted(ten_thousand_points(folder), "json", SIGINT, 5);
  EXPECT_EQ(result.exit_code, 130);
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_GE(json["results"].size(), 4U);
  EXPECT_LT(json["results"].size(), 10000U);
  EXPECT_NE(result.err.find(done(json["results"].size())), std::string::npos) << result.err;
}

TEST(Interrupt, LeavesWholeLinesOfCsv) {
  const TemporaryFolder folder;
  const Interrupted result = interrupted(ten_thousand_points(folder), "csv", SIGTERM, 3);
  EXPECT_EQ(result.exit_code, 130);
  const auto lines = std::count(result.out.begin(), result.out.end(), '\n');
  EXPECT_EQ(result.out.back(), '\n');
  EXPECT_NE(result.err.find(done(static_cast<std::size_t>(lines) - 1)), std::string::npos)
      << result.err;
}

TEST(Interrupt, LeavesATableThatEnds) {
  const TemporaryFolder folder;
  const Interrupted result = interrupted(ten_thousand_points(folder), "text", SIGINT, 6);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_TRUE(result.out.ends_with("\n\n")) << result.out;
}

}  // namespace
}  // namespace commsim::support::bounded_runs_test
