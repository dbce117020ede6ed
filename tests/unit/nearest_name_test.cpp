#include "core/nearest_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace commsim::nearest_name_test {
namespace {

const std::vector<std::string> kNames = {"all_gather", "all_reduce", "broadcast", "ring"};

TEST(NearestName, GivesNothingForWhatIsTooFarToBeMeant) {
  EXPECT_EQ(nearest_name("zzzzzz", kNames), std::nullopt);
  EXPECT_EQ(nearest_name("xyzw", kNames), std::nullopt);
  EXPECT_EQ(nearest_name("m", std::vector<std::string>{"n", "no"}), std::nullopt);
}

TEST(NearestName, GivesNothingForNothing) {
  EXPECT_EQ(nearest_name("", kNames), std::nullopt);
  EXPECT_EQ(nearest_name("ring", {}), std::nullopt);
}

TEST(NearestName, GivesNothingForEndlessWords) {
  EXPECT_EQ(nearest_name(std::string(100'000, 'r'), kNames), std::nullopt);
}

TEST(NearestName, CountsInsertionDeletionReplacementAndSwapAsOne) {
  EXPECT_EQ(nearest_name("rring", kNames), "ring");
  EXPECT_EQ(nearest_name("rng", kNames), "ring");
  EXPECT_EQ(nearest_name("rang", kNames), "ring");
  EXPECT_EQ(nearest_name("rnig", kNames), "ring");
}

TEST(NearestName, CountsASwapAsOneChangeAndNotTwo) {
  const std::vector<std::string> names = {"abxx", "baxxyy"};
  EXPECT_EQ(nearest_name("baxx", names), "abxx");
}

TEST(NearestName, PrefersTheNearer) {
  EXPECT_EQ(nearest_name("all_reduse", kNames), "all_reduce");
  EXPECT_EQ(nearest_name("all_gathr", kNames), "all_gather");
}

TEST(NearestName, IgnoresCase) { EXPECT_EQ(nearest_name("Broadcast", kNames), "broadcast"); }

TEST(NearestName, AcceptsWhatIsExact) { EXPECT_EQ(nearest_name("ring", kNames), "ring"); }

TEST(Suggestion, NamesTheNearestAndAllLegalNames) {
  EXPECT_EQ(suggestion("rinng", kNames),
            "; did you mean 'ring'? (legal: all_gather, all_reduce, broadcast, ring)");
}

TEST(Suggestion, NamesOnlyTheLegalNamesIfNoneIsNear) {
  EXPECT_EQ(suggestion("mesh_network", std::vector<std::string>{"a", "b"}), " (legal: a, b)");
}

}  // namespace
}  // namespace commsim::nearest_name_test
