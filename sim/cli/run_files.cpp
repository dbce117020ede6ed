#include "sim/cli/run_files.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/report/graphviz_program.hpp"
#include "sim/report/load_picture.hpp"
#include "sim/report/trace.hpp"

namespace commsim {

void RunFileOptions::add_to(CommandOptions& command) {
  command.text("--trace", trace, "write every message to FILE for Perfetto or Chrome", "FILE");
  command.text("--dot", dot, "draw how busy each link is to FILE, for Graphviz", "FILE");
  command.text("--svg", svg, "the same as a picture, by Graphviz", "FILE");
}

void RunFileOptions::refuse_what_they_cannot_show(const std::vector<ScenarioSet>& sets) const {
  if (!any()) return;
  const char* option = !trace.empty() ? "--trace" : !dot.empty() ? "--dot" : "--svg";
  for (const ScenarioSet& set : sets) {
    if (set.points.size() == 1) continue;
    throw RequestError(
        fmt::format("{} takes one simulation, the file has {}; use --set to pick one, such as "
                    "--set collective.size='1 MiB'",
                    option, set.points.size()));
  }
  if (sets.size() > 1) throw RequestError(fmt::format("{} takes one file", option));
  if (const TimeModel* model = sets.front().points.front().model) {
    throw RequestError(
        fmt::format("{} shows messages; a time from '{}' has none", option, model->name()));
  }
  if (svg.empty()) return;
  refuse_undrawable(sets.front().points.front().run.cluster->topology.links().size());
}

RunFiles::RunFiles(const RunFileOptions& options) {
  if (!options.trace.empty()) trace_.emplace(options.trace);
  if (!options.dot.empty()) dot_.emplace(options.dot);
  if (!options.svg.empty()) svg_.emplace(options.svg);
}

void RunFiles::write(const ScenarioPoint& point, const CollectiveResult& result) {
  if (trace_) write_trace(trace_->stream(), point, result);
  if (!dot_ && !svg_) return;
  const std::string picture = load_picture(point, result);
  if (dot_) dot_->stream() << picture;
  if (svg_) {
    svg_->stream() << svg_of(picture, point.run.cluster->topology.links().size());
  }
}

void RunFiles::commit() {
  for (auto* file : {&trace_, &dot_, &svg_}) {
    if (*file) commit_aloud(**file);
  }
}

}  // namespace commsim
