#include "calibrate/probe/host/supervisor.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/probe/host/child_protocol.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {
namespace {

constexpr int kMostFailuresInARow = 2;
constexpr double kSecondsToEnd = 10;

bool starts_with(const std::string& text, const std::string& beginning) {
  return text.rfind(beginning, 0) == 0;
}

class BatchRun {
 public:
  BatchRun(const Batch& batch, ResultStore& store, const SupervisorSettings& settings,
           std::size_t& done, std::size_t all)
      : batch_(batch), store_(store), settings_(settings), done_(done), all_(all) {
    for (const Case& which : batch.cases) {
      if (!store.has(which)) left_.push_back(which);
    }
    done_ += batch.cases.size() - left_.size();
  }

  void run() {
    int failures = 0;
    while (next_ < left_.size()) {
      const std::size_t before = next_;
      const std::string fault = run_processes();
      if (fault.empty()) continue;
      failures = next_ == before ? failures + 1 : 1;
      fail(failures < kMostFailuresInARow ? 1 : left_.size(), fault);
    }
  }

 private:
  // Until all cases are done, or one fails: then why.
  std::string run_processes() {
    std::vector<ChildCommand> commands;
    const auto ranks = static_cast<int>(batch_.processes.size());
    for (int rank = 0; rank < ranks; ++rank) {
      ChildCommand command = settings_.command(rank, ranks);
      command.environment.insert(batch_.processes[static_cast<std::size_t>(rank)].begin(),
                                 batch_.processes[static_cast<std::size_t>(rank)].end());
      commands.push_back(std::move(command));
    }
    std::string input;
    for (std::size_t i = next_; i < left_.size(); ++i) input += key(left_[i]) + '\n';
    ChildProcesses processes(commands, input);
    settings_.progress(done_, all_);
    while (next_ < left_.size()) {
      std::string line;
      const double patience = settings_.patience(left_[next_]);
      switch (processes.next(line, patience)) {
        case ChildProcesses::Event::kSilence:
          processes.kill();
          return "hang: nothing for " + decimal(patience) + " s; killed";
        case ChildProcesses::Event::kEnd: {
          const std::string end = processes.finish(kSecondsToEnd);
          return end.empty() ? "the process ended early" : end;
        }
        case ChildProcesses::Event::kLine:
          if (starts_with(line, kFail)) return line.substr(kFail.size());
          if (starts_with(line, kRow)) take(line.substr(kRow.size()));
      }
    }
    static_cast<void>(processes.finish(kSecondsToEnd));  // all is measured, however it ends
    return "";
  }

  void take(const std::string& row) {
    store_.add_row(left_[next_], row);
    advance();
  }

  void fail(std::size_t most, const std::string& reason) {
    std::string text = reason;
    for (std::size_t i = 0; i < most && next_ < left_.size(); ++i) {
      store_.add_failure(left_[next_], text);
      advance();
      text = "left out after two failures in a row";
    }
  }

  void advance() {
    ++next_;
    ++done_;
    settings_.progress(done_, all_);
  }

  const Batch& batch_;
  ResultStore& store_;
  const SupervisorSettings& settings_;
  std::size_t& done_;
  std::size_t all_;
  std::vector<Case> left_;
  std::size_t next_ = 0;
};

}  // namespace

void supervise(const std::vector<Batch>& plan, ResultStore& store,
               const SupervisorSettings& settings) {
  std::size_t done = 0;
  const std::size_t all = count_cases(plan);
  for (const Batch& batch : plan) BatchRun(batch, store, settings, done, all).run();
}

double default_patience(const Case& which, double seconds) {
  constexpr double kMinute = 60;
  constexpr double kTimes = 20;
  constexpr double kSlowest = 1e9;  // bytes a second
  constexpr double kPlaces = 2;
  return kMinute + 2 * kPlaces * seconds + kTimes * static_cast<double>(which.size) / kSlowest;
}

}  // namespace commsim::probe
