// The desk and its visitors, in one process.
#include "sim/scenario/point_desk.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <thread>

#include "core/error.hpp"
#include "sim/scenario/desk_visit.hpp"
#include "sim/scenario/result_archive.hpp"
#include "sim/scenario/sweep_runner.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::point_desk_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kFingerprint = 77;
constexpr std::chrono::seconds kPatience{20};

ScenarioSet sizes() {
  return read_scenarios(read_yaml_text(R"(
version: 1
topology: {kind: switch, ranks: 4, link: {bandwidth: 50 GB/s, latency: 1 us}}
collective:
  kind: all_reduce
  algorithm: [ring, auto]
  candidates: [ring, one_shot]
  size: [4 B, 8 B, 16 B, 32 B, 64 B, 128 B, 256 B, 512 B, 1 KiB, 2 KiB, 4 KiB, 8 KiB]
)",
                                       "sizes.yaml"));
}

// What the desk says of losses, from any thread.
class Losses {
 public:
  void operator()(const std::string& why) {
    const std::lock_guard lock(mutex_);
    all_.push_back(why);
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

std::vector<Duration> times(const ScenarioSet& set,
                            const std::vector<std::unique_ptr<PointWorker>>& workers) {
  std::vector<PointWorker*> who;
  for (const auto& worker : workers) who.push_back(worker.get());
  std::vector<Duration> found;
  SweepRunner{.jobs = 1, .workers = who}.run(
      set,
      [&](const ScenarioPoint&, const CollectiveResult& result) { found.push_back(result.time); });
  return found;
}

TEST(PointDesk, AVisitorThatCannotFindItSaysWhereItLooked) {
  std::string invitation;
  {
    const PointDesk gone;
    invitation = gone.invitation();
  }
  const auto come = [&] { const DeskVisit visit(invitation); };
  EXPECT_THAT(come, testing::ThrowsMessage<MachineError>(HasSubstr("127.0.0.1")));
}

TEST(PointDesk, WhoeverDoesNotKnowTheWordIsNoWorker) {
  PointDesk desk;
  std::string wrong = desk.invitation();
  const auto word = wrong.find(' ') + 1;
  wrong.replace(word, wrong.find(' ', word) - word, "12345");
  Losses losses;
  std::jthread stranger([&] { EXPECT_THROW(DeskVisit{wrong}, MachineError); });
  const auto workers = desk.welcome(1, std::chrono::seconds(1), std::ref(losses));
  EXPECT_THAT(workers, IsEmpty());
  EXPECT_THAT(losses.all(), ElementsAre("0 of 1 workers have come"));
}

TEST(PointDesk, WorkersGiveTheRowsOfOneProcess) {
  const ScenarioSet set = sizes();
  PointDesk desk;
  desk.expect(kFingerprint);
  Losses losses;
  std::vector<std::jthread> visitors;
  for (int i = 0; i < 3; ++i) {
    visitors.emplace_back([&] {
      DeskVisit(desk.invitation()).work(kFingerprint, [&](const std::string& point) {
        return packed(settled(set.points[std::stoul(point)]));
      });
    });
  }
  const auto workers = desk.welcome(3, kPatience, std::ref(losses));
  EXPECT_THAT(times(set, workers), ElementsAreArray(times(set, {})));
  EXPECT_THAT(losses.all(), IsEmpty());
}

TEST(PointDesk, AWorkerThatGoesAwayInTheMiddleCostsNothing) {
  const ScenarioSet set = sizes();
  PointDesk desk;
  desk.expect(kFingerprint);
  Losses losses;
  struct Gone {};
  std::vector<std::jthread> visitors;
  visitors.emplace_back([&] {
    try {
      int left = 5;
      DeskVisit(desk.invitation()).work(kFingerprint, [&](const std::string& point) {
        if (left-- == 0) throw Gone();
        return packed(settled(set.points[std::stoul(point)]));
      });
    } catch (const Gone&) {
    }
  });
  const auto workers = desk.welcome(1, kPatience, std::ref(losses));
  EXPECT_THAT(times(set, workers), ElementsAreArray(times(set, {})));
  EXPECT_THAT(losses.all(), ElementsAre(HasSubstr("died")));
}

TEST(PointDesk, AWorkerThatHasReadSomethingElseIsNotAsked) {
  const ScenarioSet set = sizes();
  PointDesk desk;
  desk.expect(kFingerprint);
  Losses losses;
  std::vector<std::jthread> visitors;
  visitors.emplace_back([&] {
    DeskVisit(desk.invitation()).work(kFingerprint + 1, [&](const std::string& point) {
      ADD_FAILURE() << point;
      return point;
    });
  });
  visitors.emplace_back([&] { DeskVisit(desk.invitation()).refuse("no such file"); });
  const auto workers = desk.welcome(2, kPatience, std::ref(losses));
  EXPECT_THAT(times(set, workers), ElementsAreArray(times(set, {})));
  EXPECT_THAT(losses.all(), testing::UnorderedElementsAre(HasSubstr("other scenarios"),
                                                          HasSubstr("no such file")));
}

TEST(PointDesk, WhatAPointThrowsThereIsThrownHere) {
  PointDesk desk;
  desk.expect(kFingerprint);
  Losses losses;
  std::jthread visitor([&] {
    DeskVisit(desk.invitation()).work(kFingerprint, [](const std::string& request) -> std::string {
      if (request == "0") throw LimitReached("too far");
      if (request == "1") throw RequestError("not legal");
      throw MachineError("no memory");
    });
  });
  const auto workers = desk.welcome(1, kPatience, std::ref(losses));
  ASSERT_EQ(workers.size(), 1U);
  EXPECT_THROW(workers[0]->answer("0"), LimitReached);
  EXPECT_THROW(workers[0]->answer("1"), RequestError);
  EXPECT_THROW(workers[0]->answer("2"), MachineError);
  workers[0]->abandon();
  EXPECT_THROW(workers[0]->answer("3"), WorkerLost);
  EXPECT_THAT(losses.all(), IsEmpty());  // nobody is told of one that was abandoned
}

}  // namespace
}  // namespace commsim::point_desk_test
