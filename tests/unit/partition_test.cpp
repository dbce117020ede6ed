#include "collectives/partition.hpp"

#include <gtest/gtest.h>

#include "collectives/pieces.hpp"

namespace commsim::partition_test {
namespace {

TEST(Partition, GivesTheFirstPartsOneElementMore) {
  const Partition parts(Bytes{28}, 3, Bytes{4});  // 7 elements
  EXPECT_EQ(parts.length(0), Bytes{12});
  EXPECT_EQ(parts.length(1), Bytes{8});
  EXPECT_EQ(parts.length(2), Bytes{8});
  EXPECT_EQ(parts.longest(), Bytes{12});
}

TEST(Partition, PartsMeetWithoutGapsAndEndAtTheEnd) {
  for (const std::int64_t size : {0, 1, 5, 16, 1000}) {
    for (const std::int64_t count : {1, 2, 3, 7, 16}) {
      const Partition parts(Bytes{size}, count, Bytes{1});
      EXPECT_EQ(parts.offset(0), Bytes{0});
      for (std::int64_t i = 0; i < count; ++i) {
        EXPECT_EQ(parts.offset(i) + parts.length(i), parts.offset(i + 1));
        EXPECT_LE(parts.length(i), parts.longest());
      }
      EXPECT_EQ(parts.offset(count), Bytes{size});
    }
  }
}

TEST(Pieces, AreEqualButForTheLast) {
  const Pieces pieces(Bytes{10}, Bytes{4});
  ASSERT_EQ(pieces.count(), 3);
  EXPECT_EQ(pieces.length(0), Bytes{4});
  EXPECT_EQ(pieces.length(1), Bytes{4});
  EXPECT_EQ(pieces.length(2), Bytes{2});
  EXPECT_EQ(pieces.offset(2), Bytes{8});
}

TEST(Pieces, AWholeNumberOfThemHasNoShortLastOne) {
  const Pieces pieces(Bytes{8}, Bytes{4});
  EXPECT_EQ(pieces.count(), 2);
  EXPECT_EQ(pieces.last(), Bytes{4});
}

TEST(Pieces, NothingIsOneEmptyPiece) {
  const Pieces pieces(Bytes{0}, Bytes{4});
  EXPECT_EQ(pieces.count(), 1);
  EXPECT_EQ(pieces.first(), Bytes{0});
  EXPECT_EQ(pieces.last(), Bytes{0});
}

TEST(Pieces, AChunkLargerThanAllIsOnePiece) {
  const Pieces pieces(Bytes{3}, Bytes{1000});
  EXPECT_EQ(pieces.count(), 1);
  EXPECT_EQ(pieces.first(), Bytes{3});
}

}  // namespace
}  // namespace commsim::partition_test
