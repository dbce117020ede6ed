#include "core/chunked.hpp"

#include <gtest/gtest.h>

namespace commsim::chunked_test {
namespace {

TEST(Chunked, KeepsWhatItWasGiven) {
  Chunked<int> row;
  for (int i = 0; i < 5000; ++i) row.push_back(3 * i);
  ASSERT_EQ(row.size(), 5000U);
  for (std::size_t i = 0; i < row.size(); ++i) EXPECT_EQ(row[i], 3 * static_cast<int>(i));
}

TEST(Chunked, MovesNothingWhenItGrows) {
  Chunked<int> row;
  const int& first = row.push_back(7);
  for (int i = 0; i < 5000; ++i) row.push_back(i);
  EXPECT_EQ(&first, &row[0]);
  EXPECT_EQ(first, 7);
}

}  // namespace
}  // namespace commsim::chunked_test
