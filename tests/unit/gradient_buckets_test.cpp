// What leaves when gradients come.
#include "sim/workload/step/gradient_buckets.hpp"

#include <gtest/gtest.h>

namespace commsim::gradient_buckets_test {
namespace {

void expect_batch(const GradientBatch& batch, std::int64_t parameters, std::int64_t count) {
  EXPECT_EQ(batch.count, count);
  if (count > 0) {
    EXPECT_EQ(batch.parameters, parameters);
  }
}

TEST(GradientBuckets, LeaveAsSoonAsTheyAreFull) {
  GradientBuckets buckets(10);
  expect_batch(buckets.add(9)[1], 10, 0);
  const auto full = buckets.add(14);
  expect_batch(full[0], 0, 0);
  expect_batch(full[1], 10, 2);
  expect_batch(buckets.rest(), 3, 1);
  expect_batch(buckets.rest(), 0, 0);
}

TEST(GradientBuckets, TheFirstOneHasItsOwnSizeInEveryPass) {
  GradientBuckets buckets(10, 3);
  for (int pass = 0; pass < 2; ++pass) {
    expect_batch(buckets.add(2)[0], 3, 0);
    const auto leaving = buckets.add(30);
    expect_batch(leaving[0], 3, 1);
    expect_batch(leaving[1], 10, 2);
    const auto more = buckets.add(4);
    expect_batch(more[0], 0, 0);
    expect_batch(more[1], 10, 1);
    expect_batch(buckets.rest(), 3, 1);
  }
}

TEST(GradientBuckets, AFirstOneMayBeTheOnlyOneThatIsEverFull) {
  GradientBuckets buckets(0, 3);
  const auto leaving = buckets.add(100);
  expect_batch(leaving[0], 3, 1);
  expect_batch(leaving[1], 0, 0);
  expect_batch(buckets.rest(), 97, 1);
}

TEST(GradientBuckets, LoseNothing) {
  for (const std::int64_t first : {0, 1, 7, 200}) {
    for (const std::int64_t size : {0, 1, 10, 64}) {
      GradientBuckets buckets(size, first);
      std::int64_t left = 0;
      std::int64_t came = 0;
      for (std::int64_t layer = 0; layer < 50; ++layer) {
        came += layer % 13;
        for (const GradientBatch& batch : buckets.add(layer % 13)) {
          left += batch.parameters * batch.count;
        }
      }
      const GradientBatch rest = buckets.rest();
      EXPECT_EQ(left + rest.parameters * rest.count, came) << first << ' ' << size;
    }
  }
}

}  // namespace
}  // namespace commsim::gradient_buckets_test
