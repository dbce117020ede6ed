#include "sim/cli/crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <thread>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "sim/scenario/desk_visit.hpp"

namespace commsim::crew {
namespace {

unsigned threads_of_each(unsigned jobs) { return std::max(1U, jobs); }

void tell_loss(const std::string& why) { fmt::print(stderr, "commsim: {}\n", why); }

}  // namespace
}  // namespace commsim::crew

namespace commsim {

using namespace crew;

Crew::Crew(const Ranks& ranks, unsigned jobs) {
  constexpr std::chrono::seconds kPatience{10};
  if (ranks.count == 1) return;
  desk_.emplace();
  text_of_first(ranks, desk_->invitation());
  const auto others = static_cast<std::size_t>(ranks.count - 1);
  workers_ = desk_->welcome(others * threads_of_each(jobs), kPatience, tell_loss);
}

std::vector<PointWorker*> Crew::that_have_read(std::uint64_t fingerprint) {
  if (desk_) desk_->expect(fingerprint);
  std::vector<PointWorker*> all;
  for (const auto& worker : workers_) all.push_back(worker.get());
  return all;
}

void work_for_first(const Ranks& ranks, unsigned jobs, const std::function<CrewReading()>& read) {
  const std::string invitation = text_of_first(ranks, "");
  std::deque<DeskVisit> visits;  // one for each thread
  for (unsigned i = 0; i < threads_of_each(jobs); ++i) visits.emplace_back(invitation);
  CrewReading reading;
  try {
    reading = read();
  } catch (const std::exception& error) {  // the first tells it, or finds nothing wrong
    for (DeskVisit& visit : visits) visit.refuse(error.what());
    return;
  }
  std::vector<std::jthread> threads;
  threads.reserve(visits.size());
  for (DeskVisit& visit : visits) {
    threads.emplace_back([&visit, &reading] { visit.work(reading.fingerprint, reading.answer); });
  }
}

}  // namespace commsim
