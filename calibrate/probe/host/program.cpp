#include "calibrate/probe/host/program.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/provenance.hpp"
#include "calibrate/probe/host/result_store.hpp"
#include "calibrate/probe/host/supervisor.hpp"

namespace commsim::probe {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::size_t count_known(const std::vector<Batch>& plan, const ResultStore& store) {
  std::size_t known = 0;
  for (const Batch& batch : plan) {
    for (const Case& which : batch.cases) known += store.has(which) ? 1U : 0U;
  }
  return known;
}

SupervisorSettings settings_of(const std::string& program, const Options& options) {
  SupervisorSettings settings;
  settings.command = [program, options](int rank, int ranks) {
    ChildCommand command{{program}, {}};
    for (const std::string& argument : child_arguments(options, rank, ranks)) {
      command.arguments.push_back(argument);
    }
    return command;
  };
  settings.patience = [options](const Case& which) {
    return options.hang_seconds > 0 ? options.hang_seconds
                                    : default_patience(which, options.sampler.seconds);
  };
  return settings;
}

void refuse_type_that_lacks(const std::string& type, const Inventory& inventory) {
  const std::string lacks = type_lacks(type, inventory);
  if (lacks.empty()) return;
  throw std::runtime_error("collectives of " + type + " need " + lacks);
}

}  // namespace

void print_suites(std::ostream& out, const Inventory& inventory) {
  for (const Suite& suite : suites()) {
    const std::string lacks = suite.lacks(inventory);
    out << suite.name << ": " << suite.summary;
    if (!lacks.empty()) out << " (needs " << lacks << ")";
    out << '\n';
  }
}

Extent extent_of(const Options& options, const Inventory& inventory) {
  if (options.suites.count("nccl") > 0) {
    for (const std::string& type : options.types) refuse_type_that_lacks(type, inventory);
  }
  Extent extent;
  extent.least = options.least;
  extent.most = options.most;
  extent.ranks_per_gpu = options.ranks_per_gpu;
  extent.types.assign(options.types.begin(), options.types.end());
  extent.collnet = options.collnet;
  extent.ranks = static_cast<int>(inventory.gpus.size()) * options.ranks_per_gpu;
  return extent;
}

std::vector<Batch> plan_of(const Options& options, const Inventory& inventory,
                           const Extent& extent) {
  std::vector<Batch> plan = make_plan(inventory, extent, options.suites);
  if (!plan.empty()) return plan;
  std::string lacks;
  for (const Suite& suite : suites()) {
    if (options.suites.count(suite.name) == 0) continue;
    if (!lacks.empty()) lacks += "; ";
    lacks += suite.name;
    lacks += " needs ";
    lacks += suite.lacks(inventory);
  }
  throw std::runtime_error("nothing to measure: " + lacks);
}

std::function<void(std::size_t done, std::size_t all)> progress_line(std::ostream& out,
                                                                     double seconds_per_case,
                                                                     std::size_t already) {
  constexpr double kSecondsPerMinute = 60;
  const auto start = SteadyClock::now();
  return [&out, seconds_per_case, already, start](std::size_t done, std::size_t all) {
    const std::chrono::duration<double> elapsed = SteadyClock::now() - start;
    // What an earlier run has done says nothing of the pace.
    const std::size_t own = done > already ? done - already : 0;
    const TimeLeft left(all - (done - own), seconds_per_case);
    const auto minutes =
        static_cast<std::int64_t>(left.after(own, elapsed.count()) / kSecondsPerMinute);
    out << "\r" << done << " of " << all << " cases, about " << minutes + 1 << " min left   "
        << (done == all ? "\n" : "") << std::flush;
  };
}

int run_program(const std::string& program, const Options& options, const Inventory& inventory,
                const Clocks& clocks, bool shows_progress) {
  const auto plan = plan_of(options, inventory, extent_of(options, inventory));
  ResultStore store(options.out, options.suites);
  Provenance provenance;
  provenance.started = utc_now();
  provenance.host = host_name();
  provenance.cases = count_cases(plan);
  provenance.environment = relevant_environment();
  const auto describe = [&](bool finished) {
    provenance.updated = utc_now();
    provenance.measured = store.measured();
    provenance.failed = store.failed();
    provenance.finished = finished;
    store.describe(provenance_json(provenance, inventory, clocks, options));
  };
  describe(false);
  SupervisorSettings settings = settings_of(program, options);
  // A place out of place and one in place.
  const double seconds_per_case = 2 * options.sampler.seconds;
  const auto line = progress_line(std::cerr, seconds_per_case, count_known(plan, store));
  settings.progress = [&](std::size_t done, std::size_t all) {
    if (shows_progress) line(done, all);
    constexpr std::size_t kEvery = 32;
    if (done % kEvery == 0) describe(false);
  };
  supervise(plan, store, settings);
  describe(true);
  if (store.failed() > 0) {
    std::cerr << "commsim_probe: " << store.failed() << " cases failed; see " << options.out
              << "/failures.csv\n";
  }
  return store.measured() > 0 ? kDone : kNoResult;
}

}  // namespace commsim::probe
