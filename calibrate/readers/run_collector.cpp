#include "calibrate/readers/run_collector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace commsim {
namespace {

template <typename Value>
void merge(const TextFile& file, std::size_t offset, std::string_view what, Value& text,
           const Value& hint) {
  if (hint == Value{} || hint == text) return;
  if (text != Value{}) {
    file.fail(offset, fmt::format("{} is {} here, but {} was asked for", what, text, hint));
  }
  text = hint;
}

// Two of the three give the third.
void complete(const TextFile& file, std::size_t offset, MeasuredRun& run) {
  const auto divide = [&](int by, std::string_view what) {
    if (run.ranks % by != 0) {
      file.fail(offset,
                fmt::format("{} ranks are no whole number on each of {} {}", run.ranks, by, what));
    }
    return run.ranks / by;
  };
  if (run.ranks == 0) return;
  if (run.nodes > run.ranks) {
    file.fail(offset, fmt::format("{} nodes are more than {} ranks", run.nodes, run.ranks));
  }
  if (run.nodes > 0 && run.gpus_per_node == 0 && run.ranks % run.nodes == 0) {
    run.gpus_per_node = run.ranks / run.nodes;
  } else if (run.nodes == 0 && run.gpus_per_node > 0) {
    run.nodes = divide(run.gpus_per_node, "GPUs");
  }
}

}  // namespace

RunCollector::RunCollector(const TextFile& file, const MeasurementHints& hints, std::string format)
    : file_(file), hints_(hints) {
  result_.file = file.name;
  result_.format = std::move(format);
}

std::size_t RunCollector::open(MeasuredRun run, std::size_t offset) {
  const std::string wanted{collective_name(hints_.collective)};
  merge(file_, offset, "the collective", run.collective, wanted);
  merge(file_, offset, "the number of ranks", run.ranks, hints_.ranks);
  merge(file_, offset, "the number of nodes", run.nodes, hints_.nodes);
  complete(file_, offset, run);
  run.line = line_of(offset);
  result_.runs.push_back(std::move(run));
  return result_.runs.size() - 1;
}

void RunCollector::add(std::size_t number, MeasuredRow row, std::size_t offset) {
  if (row.size == Bytes{0}) {
    note("rows of size zero are left out");
    return;
  }
  row.line = line_of(offset);
  result_.runs[number].rows.push_back(row);
}

int RunCollector::line_of(std::size_t offset) {
  const std::string& text = file_.text;
  const std::size_t end = std::min(offset, text.size());
  if (end > counted_) {
    line_ += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted_),
                                         text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    counted_ = end;
  }
  return line_;
}

Measurements RunCollector::finish() && {
  std::erase_if(result_.runs, [](const MeasuredRun& run) { return run.rows.empty(); });
  if (result_.runs.empty()) {
    std::string why;
    for (const auto& [text, count] : notes_) why += "; " + text;
    file_.fail("it has no measurements" + why);
  }
  for (const auto& [text, count] : notes_) {
    result_.notes.push_back(count == 1 ? text : fmt::format("{} ({} times)", text, count));
  }
  return std::move(result_);
}

}  // namespace commsim
