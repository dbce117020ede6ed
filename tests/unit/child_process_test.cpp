// Programs that commsim starts.
#include "sim/report/child_process.hpp"

#include <gtest/gtest.h>

namespace commsim::child_process_test {
namespace {

TEST(ChildProcess, ThatIsMissingDoesNotStart) {
  const ChildEnd end = run_child({"no-such-program-anywhere"});
  EXPECT_FALSE(end.well());
  EXPECT_EQ(end.text(), "No such file or directory");
}

TEST(ChildProcess, ThatFailsSaysHow) {
  EXPECT_EQ(run_child({"/bin/sh", "-c", "exit 7"}).exit_code, 7);
  EXPECT_EQ(run_child({"/bin/sh", "-c", "exit 7"}).text(), "exit code 7");
  EXPECT_EQ(run_child({"/bin/sh", "-c", "kill -9 $$"}).text(), "signal 9");
}

TEST(ChildProcess, GetsItsArgumentsAsTheyAre) {
  const ChildEnd end = run_child({"/bin/sh", "-c", "test \"$1\" = 'a b;*'", "sh", "a b;*"});
  EXPECT_TRUE(end.well()) << end.text();
}

}  // namespace
}  // namespace commsim::child_process_test
