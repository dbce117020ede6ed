#include "core/units.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace commsim::units_test {
namespace {

constexpr std::int64_t kMost = INT64_MAX;

// The equation itself with 128 bits and no shortcut: ceil(8e12 * L * sharers / (bits per second)).
Int128 exact_picoseconds(std::int64_t bytes, std::int64_t bits, std::int64_t sharers) {
  const Int128 work = Int128{8'000'000'000'000} * bytes * sharers;
  return work / bits + (work % bits != 0 ? 1 : 0);
}

TEST(TransferTime, RefusesWhatDoesNotFitTheClock) {
  EXPECT_THROW(transfer_time(Bytes{kMost}, Bandwidth::bits_per_second(1)), RequestError);
  EXPECT_THROW(transfer_time(Bytes{1'152'922}, Bandwidth::bits_per_second(1)), RequestError);
}

TEST(TransferTime, RefusesWhatDoesNotFitTheClockAmongVeryManySharers) {
  EXPECT_THROW(transfer_time(Bytes{kMost}, Bandwidth::bits_per_second(kMost), kMost), RequestError);
  EXPECT_THROW(transfer_time(Bytes{kMost}, 1_Gbps, 3'000'000), RequestError);
}

TEST(MessageTime, RefusesWhatDoesNotFitTheClock) {
  EXPECT_THROW(message_time(1_GiB, 1_Gbps, Duration{kMost}), RequestError);
}

TEST(Later, RefusesToRunPastTheEndOfTheClock) {
  EXPECT_THROW(later(SimTime{Duration{kMost}}, 1_psec), RequestError);
  EXPECT_EQ(later(SimTime{Duration{kMost - 1}}, 1_psec), SimTime{Duration{kMost}});
}

TEST(TransferTime, OfNothingIsZero) { EXPECT_EQ(Bytes{0} / 1_Gbps, 0_psec); }

TEST(TransferTime, IsExactToThePicosecond) {
  EXPECT_EQ(Bytes{1'000'000'000} / 1_GBps, Duration{1'000'000'000'000});
  EXPECT_EQ(1_MiB / 50_GBps, Duration{20'971'520});  // 1048576 B / 50e9 B/s = 20.97152 us
  EXPECT_EQ(1_B / 8_GBps, 125_psec);
}

TEST(TransferTime, RoundsUpAndOnlyOnce) {
  EXPECT_EQ(1_B / 3_GBps, 334_psec);  // 333.33 ps
  EXPECT_EQ(2_B / 3_GBps, 667_psec);  // 666.67 ps
  EXPECT_EQ(3_B / 3_GBps, 1000_psec);
}

TEST(TransferTime, IsNeverZeroForSomething) {
  EXPECT_EQ(1_B / Bandwidth::bits_per_second(kMost), 1_psec);
}

TEST(TransferTime, GrowsWithSharersAsIfTheRateWereDivided) {
  EXPECT_EQ(transfer_time(1_MiB, 100_GBps, 2), 1_MiB / 50_GBps);
  EXPECT_EQ(transfer_time(1_B, 3_GBps, 3), 1000_psec);  // rounded after sharing: not 3 * 334
}

void expect_the_equation(std::int64_t bytes, std::int64_t bits, std::int64_t sharers) {
  SCOPED_TRACE(testing::Message() << bytes << " B at " << bits << " b/s shared by " << sharers);
  const Int128 exact = exact_picoseconds(bytes, bits, sharers);
  const auto computed = [&] {
    return transfer_time(Bytes{bytes}, Bandwidth::bits_per_second(bits), sharers).count();
  };
  if (exact > kMost) {
    EXPECT_THROW(computed(), RequestError);
  } else {
    EXPECT_EQ(computed(), static_cast<std::int64_t>(exact));
  }
}

TEST(TransferTime, AgreesWithTheEquationOnBothSidesOf64Bits) {
  // 8e12 * L leaves 64 bits between L = 1152921 and L = 1152922.
  for (const std::int64_t bytes : {1'152'920LL, 1'152'921LL, 1'152'922LL, 1LL << 40U}) {
    for (const std::int64_t bits : {7LL, 999'999'937LL, 400'000'000'000LL}) {
      for (const std::int64_t sharers : {1, 2, 3, 1023}) expect_the_equation(bytes, bits, sharers);
    }
  }
}

TEST(TransferTime, FillsTheClockToItsLastPicosecond) {
  // 1152921504606846976 B * 8e12 / 1e12 b/s would be 2^63 ps; one byte less fits.
  const Bandwidth rate = Bandwidth::bits_per_second(1'000'000'000'000);
  const std::int64_t bytes = std::int64_t{1} << 60U;
  EXPECT_THROW(Bytes{bytes} / rate, RequestError);
  EXPECT_EQ((Bytes{bytes - 1} / rate).count(), kMost - 7);
}

TEST(MessageTime, IsTheLaw) {
  static_assert(message_time(1_MiB, 50_GBps, 1_usec) == Duration{20'971'520 + 1'000'000});
  EXPECT_EQ(message_time(0_B, 50_GBps, 1_usec), 1_usec);
}

TEST(Literals, MeanWhatTheySay) {
  static_assert((1_KiB).count() == 1024);
  static_assert((1_MiB).count() == 1'048'576);
  static_assert((3_GiB).count() == 3'221'225'472);
  static_assert((1_Gbps).bits_per_second() == 1'000'000'000);
  static_assert((1_GBps).bits_per_second() == 8'000'000'000);
  static_assert(12_usec == 12'000_nsec && 12_nsec == 12'000_psec);
}

TEST(Bytes, AddMultiplyAndDivide) {
  EXPECT_EQ(3_KiB + 1_KiB, 4_KiB);
  EXPECT_EQ(3_KiB - 1_KiB, 2_KiB);
  EXPECT_EQ(3 * 2_KiB, 2_KiB * 3);
  EXPECT_EQ(1_MiB / 1_KiB, 1024);
  EXPECT_LT(1_KiB, 1_MiB);
  Bytes sum = 1_B;
  sum += 2_B;
  sum -= 1_B;
  EXPECT_EQ(sum, 2_B);
}

TEST(Bandwidth, IsCountedInBitsSoThatBothUnitsAreExact) {
  EXPECT_DOUBLE_EQ((100_Gbps).bytes_per_second(), 12.5e9);
  EXPECT_EQ(25_GBps * 2, 400_Gbps);
}

TEST(Seconds, AreForReports) { EXPECT_DOUBLE_EQ(seconds(1500_usec), 1.5e-3); }

}  // namespace
}  // namespace commsim::units_test
