// Drawings by the programs of Graphviz.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace commsim {

/// Graphs of more links are drawn by sfdp, which knows no boxes around servers but is fast.
constexpr std::size_t kMostLinksOfDot = 400;
/// Graphs of more links are not drawn.
constexpr std::size_t kMostDrawnLinks = 20000;

/// Throws RequestError for a graph of so many links that no drawing of it can be read.
void refuse_undrawable(std::size_t links);

/// The SVG of a graph in the DOT language. Runs Graphviz's `dot` from PATH; throws MachineError if
/// it is missing or fails, with what it said.
std::string svg_of(const std::string& dot, std::size_t links);

/// The same by another program.
std::string svg_by(const std::string& program, const std::string& dot, std::size_t links);

}  // namespace commsim
