// What a scenario can ask for, of files that measured more.
#include "calibrate/own_choice.hpp"

#include <gmock/gmock.h>

#include "calibrate/profile.hpp"
#include "core/error.hpp"
#include "tests/support/measurements.hpp"

namespace commsim::own_choice_test {
namespace {

using support::measurements;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHeader = "size_bytes,collective,ranks,redop,algorithm,protocol,time_us\n";

Measurements kept(const std::string& rows) {
  Measurements read = measurements(kHeader + rows);
  keep_own_choice(read);
  return read;
}

TEST(OwnChoice, RunsThatForceAlikeAllStayAndNoProfileTakesThem) {
  const Measurements both = kept(
      "8,all_reduce,4,sum,Ring,LL,9\n16,all_reduce,4,sum,Ring,LL,9\n"
      "8,all_reduce,4,sum,Tree,LL,9\n16,all_reduce,4,sum,Tree,LL,9\n");
  EXPECT_EQ(both.runs.size(), 2U);
  EXPECT_THAT(both.notes, IsEmpty());
  EXPECT_THROW(fit_tables({both}), RequestError);
}

TEST(OwnChoice, TheLibrarysOwnStaysBesideForcedOnes) {
  const Measurements read = kept(
      "8,all_reduce,4,sum,,,9\n8,all_reduce,4,sum,Ring,LL,9\n8,all_reduce,4,sum,Tree,LL,9\n"
      "8,all_gather,4,none,Ring,LL,9\n");
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].algorithm, "");
  EXPECT_EQ(read.runs[1].algorithm, "Ring");  // nothing else was measured
  ASSERT_EQ(read.notes.size(), 1U);
  EXPECT_THAT(read.notes[0], HasSubstr("log: 2 runs of a forced algorithm"));
}

TEST(OwnChoice, ASumStaysBesideAProduct) {
  const Measurements read = kept("8,reduce,4,prod,,,9\n8,reduce,4,sum,,,9\n8,reduce,8,max,,,9\n");
  ASSERT_EQ(read.runs.size(), 2U);
  EXPECT_EQ(read.runs[0].redop, "sum");
  EXPECT_EQ(read.runs[1].redop, "max");
  EXPECT_EQ(title_of(read.runs[0]), "reduce on 4 ranks");
  EXPECT_EQ(title_of(read.runs[1]), "reduce on 8 ranks, max");
}

TEST(Profile, ASumAndAProductAreTwoTablesNotRepeats) {
  const Measurements both = measurements(
      std::string(kHeader) + "8,reduce,4,prod,,,9\n8,reduce,4,sum,,,9\n16,reduce,4,prod,,,9\n");
  try {
    fit_tables({both});
    FAIL() << "taken for one table";
  } catch (const RequestError& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("reduce on 4 ranks, prod"));
  }
}

}  // namespace
}  // namespace commsim::own_choice_test
