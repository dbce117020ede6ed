#include "sim/report/graphviz_program.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"
#include "sim/report/filter_program.hpp"

namespace commsim {

void refuse_undrawable(std::size_t links) {
  if (links <= kMostDrawnLinks) return;
  throw RequestError(
      fmt::format("a drawing of {} links cannot be read, at most {} are drawn; take fewer servers "
                  "or ranks with --set, or write the graph with --dot",
                  links, kMostDrawnLinks));
}

std::string svg_of(const std::string& dot, std::size_t links) { return svg_by("dot", dot, links); }

std::string svg_by(const std::string& program, const std::string& dot, std::size_t links) {
  refuse_undrawable(links);
  const std::string engine = links > kMostLinksOfDot ? "-Ksfdp" : "-Kdot";
  FilterResult filter = run_filter({program, "-Tsvg", engine}, dot);
  const ChildEnd& end = filter.end;
  if (end.well()) return std::move(filter.out);
  if (end.not_started != 0) {
    throw MachineError(fmt::format(
        "--svg needs the program '{}' of Graphviz (Debian package graphviz): {}; --dot does not",
        program, end.text()));
  }
  throw MachineError(
      fmt::format("'{}' of Graphviz failed ({}): {}", program, end.text(), filter.complaints));
}

}  // namespace commsim
