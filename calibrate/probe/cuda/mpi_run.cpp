#include "calibrate/probe/cuda/mpi_run.hpp"

#include <mpi.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "calibrate/probe/cuda/cuda_device.hpp"
#include "calibrate/probe/host/child_protocol.hpp"
#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/program.hpp"
#include "calibrate/probe/host/provenance.hpp"
#include "calibrate/probe/host/result_store.hpp"
#include "calibrate/probe/host/supervisor.hpp"
#include "calibrate/probe/host/team.hpp"
#include "calibrate/probe/host/text.hpp"
#include "calibrate/probe/host/worker.hpp"

namespace commsim::probe {
namespace {

// MPI_Abort ends all ranks, whatever they wait for.
[[noreturn]] void end_all(const std::string& reason) {
  std::cerr << "commsim_probe: " << reason << '\n';
  MPI_Abort(MPI_COMM_WORLD, kNoResult);
  std::_Exit(kNoResult);
}

class MpiTeam final : public Team {
 public:
  MpiTeam() {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm server = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &server);
    MPI_Comm_rank(server, &place_);
    MPI_Comm_free(&server);
    const int first = place_ == 0 ? 1 : 0;
    MPI_Allreduce(&first, &nodes_, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  }
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  [[nodiscard]] int nodes() const override { return nodes_; }
  [[nodiscard]] int place_on_node() const override { return place_; }
  std::string from_first(std::string text) override {
    auto length = static_cast<std::uint64_t>(text.size());
    MPI_Bcast(&length, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    if (length > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
      end_all("the list of cases is too long");
    }
    text.resize(length);
    MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, 0, MPI_COMM_WORLD);
    return text;
  }
  double largest(double value) override {
    double all = 0;
    MPI_Allreduce(&value, &all, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return all;
  }

 private:
  int rank_ = 0;
  int size_ = 1;
  int place_ = 0;
  int nodes_ = 1;
};

// Keeps what the ranks report, on the first rank; a thread ends the job if a case hangs.
class Keeper {
 public:
  Keeper(ResultStore& store, std::vector<Case> cases, const Options& options)
      : store_(store), cases_(std::move(cases)), options_(options), watch_([this] { watch(); }) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      over_ = true;
    }
    changed_.notify_one();
    watch_.join();
  }

  void take(const std::string& line) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (line.rfind(kRow, 0) == 0) store_.add_row(cases_[next_++], line.substr(kRow.size()));
    if (line.rfind(kFail, 0) == 0) store_.add_failure(cases_[next_++], line.substr(kFail.size()));
    ++reports_;
    changed_.notify_one();
  }

 private:
  [[nodiscard]] double patience() const {
    const Case which = next_ < cases_.size() ? cases_[next_] : Case{};
    return options_.hang_seconds > 0 ? options_.hang_seconds
                                     : default_patience(which, options_.sampler.seconds);
  }
  void watch() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!over_) {
      const auto seen = reports_;
      const std::chrono::duration<double> wait(patience());
      if (changed_.wait_for(lock, wait, [&] { return over_ || reports_ != seen; })) continue;
      if (next_ < cases_.size()) store_.add_failure(cases_[next_], "hang: the job was ended");
      end_all("a case hangs; start again to go on with the next");
    }
  }

  ResultStore& store_;
  std::vector<Case> cases_;
  const Options& options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::size_t reports_ = 0;
  bool over_ = false;
  std::thread watch_;  // last: it uses all of the above
};

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : cell(value);
}

std::vector<Case> all_cases(const Options& options, const Inventory& inventory, int ranks) {
  Extent extent = extent_of(options, inventory);
  extent.ranks = ranks;
  std::vector<Case> cases;
  for (const Suite& suite : suites()) {
    if (suite.name == "nccl" && suite.lacks(inventory).empty()) {
      cases = suite.cases(inventory, extent);
    }
  }
  for (Case& which : cases) {
    which.algorithm = from_environment("NCCL_ALGO");
    which.protocol = from_environment("NCCL_PROTO");
  }
  return cases;
}

int run_ranks(const Options& options, const Inventory& inventory, const Clocks& clocks) {
  MpiTeam team;
  std::unique_ptr<ResultStore> store;
  std::string text;
  if (team.rank() == 0) {
    store = std::make_unique<ResultStore>(options.out, std::set<std::string>{"nccl"});
    for (const Case& which : all_cases(options, inventory, team.size())) {
      if (!store->has(which)) text += key(which) + '\n';
    }
  }
  text = team.from_first(text);
  std::vector<Case> cases;
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) cases.push_back(parse_case(line));
  }
  const auto device = make_cuda_device(team, options);
  Provenance provenance;
  provenance.started = utc_now();
  provenance.cases = cases.size();
  provenance.environment = relevant_environment();
  bool whole = false;
  {
    std::unique_ptr<Keeper> keeper;
    if (store) keeper = std::make_unique<Keeper>(*store, cases, options);
    whole = work(*device, team, cases, options.sampler, [&](const std::string& line) {
      if (keeper) return keeper->take(line);
      std::cerr << "commsim_probe: rank " << team.rank() << ": " << line << '\n';
    });
  }
  if (store) {
    provenance.updated = utc_now();
    provenance.measured = store->measured();
    provenance.failed = store->failed();
    provenance.finished = whole;
    store->describe(provenance_json(provenance, inventory, clocks, options));
  }
  return whole ? kDone : kNoResult;
}

}  // namespace

std::optional<int> run_under_mpi(const Options& options, Inventory inventory,
                                 const Clocks& clocks) {
  int provided = 0;
  int size = 1;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (size == 1) {
    MPI_Finalize();
    return std::nullopt;
  }
  try {
    const int code = run_ranks(options, inventory, clocks);
    // A communicator that has failed may hang in its end: all is kept, so none is waited for.
    if (code != kDone) end_all("a case failed; start again to go on with the next");
    MPI_Finalize();
    return code;
  } catch (const std::exception& fault) {
    end_all(fault.what());
  }
}

}  // namespace commsim::probe
