#include "core/paged.hpp"

#include <gmock/gmock.h>

#include <map>

namespace commsim::paged_test {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::map<std::size_t, int> nonzero(const Paged<int>& values) {
  std::map<std::size_t, int> all;
  values.each([&](std::size_t i, int value) {
    if (value != 0) all[i] = value;
  });
  return all;
}

TEST(Paged, IsZeroAtFirst) {
  Paged<int> values(1000);
  EXPECT_EQ(values[999], 0);
  EXPECT_TRUE(nonzero(values).empty());
}

TEST(Paged, KeepsWhatIsFarApart) {
  Paged<int> values(std::size_t{1} << 20U);
  values[3] = 1;
  values[(std::size_t{1} << 20U) - 1] = 2;
  values[300] = 3;
  values.each([](std::size_t /*i*/, int& value) { value *= 10; });
  EXPECT_THAT(nonzero(values),
              ElementsAre(Pair(3, 10), Pair(300, 30), Pair((std::size_t{1} << 20U) - 1, 20)));
}

}  // namespace
}  // namespace commsim::paged_test
