#include "core/diagnostics.hpp"

#include <gtest/gtest.h>

namespace commsim::diagnostics_test {
namespace {

const std::vector<std::string> kSources = {"a.yaml", "--set x=1"};

std::string report_of(const Diagnostics& diagnostics) {
  try {
    diagnostics.throw_if_any(kSources);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Diagnostics, ReportFileLineColumnPathAndText) {
  Diagnostics diagnostics;
  diagnostics.add({.mark = {0, 3, 7}, .path = "topology.ranks", .text = "too many"});
  EXPECT_EQ(report_of(diagnostics), "a.yaml:3:7: error: topology.ranks: too many");
}

TEST(Diagnostics, LeaveOutThePlaceWhereThereIsNoText) {
  Diagnostics diagnostics;
  diagnostics.add({.mark = {1, 0, 0}, .path = "x", .text = "wrong"});
  EXPECT_EQ(report_of(diagnostics), "--set x=1: error: x: wrong");
}

TEST(Diagnostics, LeaveOutThePathOfTheWholeFile) {
  Diagnostics diagnostics;
  diagnostics.add({.text = "cannot be read"});
  EXPECT_EQ(report_of(diagnostics), "a.yaml: error: cannot be read");
}

TEST(Diagnostics, StandInTheOrderOfTheFile) {
  Diagnostics diagnostics;
  diagnostics.add({.mark = {1, 0, 0}, .text = "d"});
  diagnostics.add({.mark = {0, 10, 1}, .text = "c"});
  diagnostics.add({.mark = {0, 9, 5}, .text = "b"});
  diagnostics.add({.mark = {0, 9, 2}, .text = "a"});
  EXPECT_EQ(report_of(diagnostics),
            "a.yaml:9:2: error: a\n"
            "a.yaml:9:5: error: b\n"
            "a.yaml:10:1: error: c\n"
            "--set x=1: error: d");
}

TEST(Diagnostics, KeepOnceWhatIsSaidTwiceAndRememberThatItWasSaid) {
  Diagnostics diagnostics;
  diagnostics.add({.mark = {0, 1, 1}, .path = "a", .text = "wrong"});
  diagnostics.add({.mark = {0, 1, 1}, .path = "a", .text = "wrong"});
  diagnostics.add({.mark = {0, 1, 1}, .path = "b", .text = "wrong"});
  EXPECT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(diagnostics.said(), 3U);
}

TEST(Diagnostics, ThrowNothingWhenThereIsNothing) {
  const Diagnostics diagnostics;
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_NO_THROW(diagnostics.throw_if_any(kSources));
}

TEST(ConfigError, KeepsItsDiagnostics) {
  const ConfigError error{kSources, {{.mark = {0, 1, 2}, .path = "a", .text = "wrong"}}};
  ASSERT_EQ(error.diagnostics().size(), 1U);
  EXPECT_EQ(error.diagnostics().front().mark.column, 2);
}

}  // namespace
}  // namespace commsim::diagnostics_test
