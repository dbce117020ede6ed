// Sweeps whose points are settled by somebody else, who may die.
#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <thread>

#include "core/error.hpp"
#include "sim/scenario/result_archive.hpp"
#include "sim/scenario/sweep_runner.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::sweep_workers_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr const char* kTwelveSizes = R"(
version: 1
topology: {kind: switch, ranks: 4, link: {bandwidth: 50 GB/s, latency: 1 us}}
collective:
  kind: all_reduce
  algorithm: ring
  size: [4 B, 8 B, 16 B, 32 B, 64 B, 128 B, 256 B, 512 B, 1 KiB, 2 KiB, 4 KiB, 8 KiB]
)";

ScenarioSet twelve_sizes() { return read_scenarios(read_yaml_text(kTwelveSizes, "twelve.yaml")); }

std::vector<Duration> times(const SweepRunner& runner, const ScenarioSet& set) {
  std::vector<Duration> found;
  runner.run(set, [&](const ScenarioPoint&, const CollectiveResult& result) {
    found.push_back(result.time);
  });
  return found;
}

// Settles points itself, until it has done so many.
class Mortal : public PointWorker {
 public:
  Mortal(const ScenarioSet& set, int life, std::size_t first = 0)
      : set_(set), life_(life), first_(first) {}
  std::string answer(const std::string& request) override {
    if (life_-- <= 0) throw WorkerLost("dead");
    asked_for.push_back(std::stoul(request));
    return packed(settled(set_.points[asked_for.back() - first_]));
  }
  void abandon() override {}

  std::vector<std::size_t> asked_for;

 private:
  const ScenarioSet& set_;
  int life_;
  std::size_t first_;
};

TEST(SweepWorkers, GiveTheRowsOfOneProcess) {
  const ScenarioSet set = twelve_sizes();
  Mortal a(set, 100);
  Mortal b(set, 100);
  const std::vector<PointWorker*> workers{&a, &b};
  EXPECT_THAT(times({.workers = workers}, set), ElementsAreArray(times({.jobs = 1}, set)));
  EXPECT_EQ(a.asked_for.size() + b.asked_for.size(), 12U);
}

TEST(SweepWorkers, APointOfOneThatDiesGoesToAnother) {
  const ScenarioSet set = twelve_sizes();
  Mortal dies(set, 3);
  Mortal lives(set, 100);
  const std::vector<PointWorker*> workers{&dies, &lives};
  EXPECT_THAT(times({.workers = workers}, set), ElementsAreArray(times({.jobs = 1}, set)));
}

TEST(SweepWorkers, WhenAllHaveDiedThisProcessDoesTheRest) {
  const ScenarioSet set = twelve_sizes();
  Mortal a(set, 3);
  Mortal b(set, 2);
  const std::vector<PointWorker*> workers{&a, &b};
  EXPECT_THAT(times({.jobs = 2, .workers = workers}, set),
              ElementsAreArray(times({.jobs = 1}, set)));
  EXPECT_EQ(a.asked_for.size() + b.asked_for.size(), 5U);
}

TEST(SweepWorkers, AreAskedByTheNumberAmongAllFiles) {
  const ScenarioSet set = twelve_sizes();
  Mortal one(set, 100, 1000);
  const std::vector<PointWorker*> workers{&one};
  times({.workers = workers, .first = 1000}, set);
  EXPECT_EQ(one.asked_for.front(), 1000U);
  EXPECT_EQ(one.asked_for.back(), 1011U);
}

// Waits with a point until it is told to let go.
class Stuck : public PointWorker {
 public:
  std::string answer(const std::string& /*request*/) override {
    held = true;
    while (!let_go_) std::this_thread::yield();
    throw WorkerLost("abandoned");
  }
  void abandon() override { let_go_ = true; }

  std::atomic<bool> held{false};

 private:
  std::atomic<bool> let_go_{false};
};

TEST(SweepWorkers, AfterAStopWhatHasEndedIsHandedOverPastGaps) {
  const ScenarioSet set = twelve_sizes();
  std::atomic<bool> stop{false};
  Stuck stuck;
  // The other worker stops the sweep once it has done three points and the first hangs.
  class Stopper : public Mortal {
   public:
    Stopper(const ScenarioSet& set, Stuck& stuck, std::atomic<bool>& stop)
        : Mortal(set, 3), stuck_(stuck), stop_(stop) {}
    std::string answer(const std::string& request) override {
      while (!stuck_.held) std::this_thread::yield();
      auto done = Mortal::answer(request);
      if (asked_for.size() == 3) stop_ = true;
      return done;
    }

   private:
    Stuck& stuck_;
    std::atomic<bool>& stop_;
  };
  Stopper stopper(set, stuck, stop);
  const std::vector<PointWorker*> workers{&stuck, &stopper};
  const auto all = times({.jobs = 1}, set);
  std::vector<Duration> found;
  const std::size_t rows = SweepRunner{.stop = &stop, .workers = workers}.run(
      set,
      [&](const ScenarioPoint&, const CollectiveResult& result) { found.push_back(result.time); });
  EXPECT_EQ(rows, 3U);
  ASSERT_EQ(stopper.asked_for.size(), 3U);
  EXPECT_THAT(found, ElementsAre(all[stopper.asked_for[0]], all[stopper.asked_for[1]],
                                 all[stopper.asked_for[2]]));
}

TEST(SweepWorkers, WithAStopBeforeTheFirstNothingIsDone) {
  const ScenarioSet set = twelve_sizes();
  const std::atomic<bool> stop{true};
  EXPECT_THAT(times({.jobs = 2, .stop = &stop}, set), testing::IsEmpty());
}

TEST(SweepWorkers, ALimitComesOutAsItIsThrown) {
  RunLimits limits{.messages = 1};
  ScenarioSet set = read_scenarios(read_yaml_text(kTwelveSizes, "twelve.yaml"), &limits);
  EXPECT_THROW(times({.jobs = 2}, set), LimitReached);
}

}  // namespace
}  // namespace commsim::sweep_workers_test
