#include "sim/cli/crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <thread>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "sim/cli/run_input.hpp"
#include "sim/scenario/desk_visit.hpp"

namespace commsim::crew {
namespace {

unsigned threads_of_each(const RunRequest& options) { return std::max(1U, options.jobs); }

void tell_loss(const std::string& why) { fmt::print(stderr, "commsim: {}\n", why); }

}  // namespace
}  // namespace commsim::crew

namespace commsim {

using namespace crew;

Crew::Crew(const Ranks& ranks, const RunRequest& options) {
  constexpr std::chrono::seconds kPatience{10};
  if (ranks.count == 1) return;
  desk_.emplace();
  text_of_first(ranks, desk_->invitation());
  const auto others = static_cast<std::size_t>(ranks.count - 1);
  workers_ = desk_->welcome(others * threads_of_each(options), kPatience, tell_loss);
}

std::vector<PointWorker*> Crew::that_have_read(std::uint64_t fingerprint) {
  if (desk_) desk_->expect(fingerprint);
  std::vector<PointWorker*> all;
  for (const auto& worker : workers_) all.push_back(worker.get());
  return all;
}

void work_for_first(const Ranks& ranks, const RunRequest& options, const RunLimits& limits) {
  const std::string invitation = text_of_first(ranks, "");
  std::deque<DeskVisit> visits;  // one for each thread
  for (unsigned i = 0; i < threads_of_each(options); ++i) visits.emplace_back(invitation);
  RunInput input;
  try {
    input = read_run(options, limits);
  } catch (const std::exception& error) {  // the first tells it, or finds nothing wrong
    for (DeskVisit& visit : visits) visit.refuse(error.what());
    return;
  }
  std::vector<std::jthread> threads;
  for (DeskVisit& visit : visits) {
    threads.emplace_back([&visit, &input] {
      visit.work(input.fingerprint, [&](std::size_t point) { return settled(input.point(point)); });
    });
  }
}

}  // namespace commsim
