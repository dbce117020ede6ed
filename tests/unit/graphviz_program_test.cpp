// Pictures by a program that may be missing or fail.
#include "sim/report/graphviz_program.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace commsim::graphviz_program_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kGraph = "digraph g { \"a\" -> \"b\"; }";

TEST(GraphvizProgram, ThatIsMissingIsTheMachinesFault) {
  try {
    svg_by("no-such-program-of-graphviz", kGraph, 1);
    FAIL() << "found";
  } catch (const MachineError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("Debian package graphviz"), HasSubstr("--dot")));
  }
}

TEST(GraphvizProgram, ThatFailsIsTheMachinesFault) {
  EXPECT_THROW(svg_by("false", kGraph, 1), MachineError);
}

TEST(GraphvizProgram, ThatComplainsIsQuoted) {
  try {
    svg_of("this is no graph", 1);
    FAIL() << "drawn";
  } catch (const MachineError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("exit code 1"), HasSubstr("syntax error")));
  }
}

TEST(GraphvizProgram, DrawsNothingThatNobodyCanRead) {
  EXPECT_THROW(svg_of(kGraph, kMostDrawnLinks + 1), RequestError);
  EXPECT_NO_THROW(refuse_undrawable(kMostDrawnLinks));
}

TEST(GraphvizProgram, DrawsSmallAndLargeGraphs) {
  for (const std::size_t links : {std::size_t{1}, kMostLinksOfDot + 1}) {
    const std::string svg = svg_of(kGraph, links);
    EXPECT_THAT(svg, AllOf(HasSubstr("<svg"), HasSubstr("</svg>"), HasSubstr(">b</text>")));
  }
}

}  // namespace
}  // namespace commsim::graphviz_program_test
