// Measuring with a device that keeps a script, alone and as a team of threads.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "calibrate/probe/host/descriptor.hpp"
#include "calibrate/probe/host/team.hpp"
#include "calibrate/probe/host/text.hpp"
#include "calibrate/probe/host/worker.hpp"
#include "tests/support/fake_device.hpp"

namespace commsim::probe_worker_test {
namespace {

using namespace commsim::probe;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Case case_of(const std::string& operation) {
  return {"nccl", operation, "float32", "", "", 0, 1024};
}

std::vector<std::string> work_alone(FakeDevice& device,
                                    const std::vector<std::string>& operations) {
  std::vector<Case> cases;
  for (const auto& operation : operations) cases.push_back(case_of(operation));
  std::vector<std::string> lines;
  SoloTeam team;
  work(device, team, cases, {}, [&](const std::string& line) { lines.push_back(line); });
  return lines;
}

TEST(ProbeWorker, AFailureIsReportedAndEndsTheWork) {
  FakeDevice device;
  device.scripts["reduce"].fault = "no memory, none";
  EXPECT_THAT(work_alone(device, {"all_reduce", "reduce", "broadcast"}),
              ElementsAre("begin", StartsWith("row "), "begin", "fail no memory  none"));
}

TEST(ProbeWorker, AClockThatStandsStillIsAFailure) {
  FakeDevice device;
  device.scripts["reduce"].times = {0};
  EXPECT_THAT(work_alone(device, {"reduce"}).back(), HasSubstr("fail the clock gave no time"));
}

TEST(ProbeWorker, BothPlacesAreMeasuredAndWrongValuesAdded) {
  FakeDevice device;
  device.scripts["all_reduce"].in_place = true;
  device.scripts["all_reduce"].wrong = 3;
  const auto cells = split(work_alone(device, {"all_reduce"}).back(), ',');
  EXPECT_EQ(cells[5], "1000.000");
  EXPECT_EQ(cells[8], "500.000");
  EXPECT_EQ(cells[11], "6");
}

TEST(ProbeWorker, WhatIsNotCheckedHasNoCount) {
  FakeDevice device;
  const auto cells = split(work_alone(device, {"all_to_all"}).back(), ',');
  EXPECT_EQ(cells[8], "");
  EXPECT_EQ(cells[11], "");
}

// Two ranks as two threads, joined as the processes are.
class ProbeTeam : public testing::Test {
 protected:
  ProbeTeam() {
    std::array<int, 2> pair{};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) throw std::runtime_error("sockets");
    first_.emplace_back(pair[0]);
    second_.emplace_back(pair[1]);
  }
  std::vector<Descriptor> first_;
  std::vector<Descriptor> second_;
};

TEST_F(ProbeTeam, ARankThatIsGoneIsNoticed) {
  SocketTeam team(0, 2, std::move(first_));
  second_.clear();
  EXPECT_THROW(team.largest(1), std::runtime_error);
}

TEST_F(ProbeTeam, OneSocketForEachOtherRankIsNeeded) {
  EXPECT_THROW(SocketTeam(0, 3, std::move(first_)), std::invalid_argument);
}

TEST_F(ProbeTeam, AllHaveTheTextOfTheFirstAndTheLargestValue) {
  std::string text;
  double largest = 0;
  std::thread other([&] {
    SocketTeam team(1, 2, std::move(second_));
    text = team.from_first("of the second");
    largest = team.largest(7);
  });
  SocketTeam team(0, 2, std::move(first_));
  EXPECT_EQ(team.from_first("of the first"), "of the first");
  EXPECT_EQ(team.largest(3), 7);
  other.join();
  EXPECT_EQ(text, "of the first");
  EXPECT_EQ(largest, 7);
}

TEST_F(ProbeTeam, TheSlowestRankCountsAndOnlyTheFirstReports) {
  std::vector<std::string> other_lines;
  std::thread other([&] {
    SocketTeam team(1, 2, std::move(second_));
    FakeDevice device;
    device.scripts["reduce"].times = {5000};
    work(device, team, {case_of("reduce")}, {},
         [&](const std::string& line) { other_lines.push_back(line); });
  });
  SocketTeam team(0, 2, std::move(first_));
  FakeDevice device;
  std::vector<std::string> lines;
  work(device, team, {case_of("reduce")}, {},
       [&](const std::string& line) { lines.push_back(line); });
  other.join();
  EXPECT_EQ(split(lines.back(), ',')[5], "5000.000");
  EXPECT_THAT(other_lines, testing::IsEmpty());
}

TEST_F(ProbeTeam, AFailureOfOneRankIsOneOfAll) {
  std::vector<std::string> other_lines;
  std::thread other([&] {
    SocketTeam team(1, 2, std::move(second_));
    FakeDevice device;
    device.scripts["reduce"].fault = "broken";
    work(device, team, {case_of("reduce")}, {},
         [&](const std::string& line) { other_lines.push_back(line); });
  });
  SocketTeam team(0, 2, std::move(first_));
  FakeDevice device;
  std::vector<std::string> lines;
  work(device, team, {case_of("reduce")}, {},
       [&](const std::string& line) { lines.push_back(line); });
  other.join();
  EXPECT_THAT(lines, ElementsAre("begin", "fail another rank failed"));
  EXPECT_THAT(other_lines, ElementsAre("fail broken"));
}

}  // namespace
}  // namespace commsim::probe_worker_test
