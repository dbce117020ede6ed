#include "core/quantity_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/error.hpp"

namespace commsim::quantity_text_test {
namespace {

using testing::HasSubstr;

std::string refusal(const std::function<void()>& parse) {
  try {
    parse();
  } catch (const RequestError& error) {
    return error.what();
  }
  return "no refusal";
}
std::string refused_bytes(std::string_view text) {
  return refusal([&] { parse_bytes(text); });
}
std::string refused_rate(std::string_view text) {
  return refusal([&] { parse_bandwidth(text); });
}
std::string refused_span(std::string_view text) {
  return refusal([&] { parse_duration(text); });
}

TEST(ParseBytes, RefusesABareNumber) {
  EXPECT_THAT(refused_bytes("64"), HasSubstr("'64' is not an amount of data"));
  EXPECT_THAT(refused_bytes("64"), HasSubstr("the unit is missing"));
  EXPECT_THAT(refused_bytes("0"), HasSubstr("the unit is missing"));
}

TEST(ParseBytes, RefusesARateAndAnUnknownUnitAndNamesTheLegalOnes) {
  EXPECT_THAT(refused_bytes("64 GB/s"), HasSubstr("the unit 'GB/s' is not one of them"));
  EXPECT_THAT(refused_bytes("64 mib"), HasSubstr("B, kB, MB, GB, TB, KiB, MiB, GiB, TiB"));
  EXPECT_THAT(refused_bytes("64 Gb"), HasSubstr("'Gb'"));
}

TEST(ParseBandwidth, RefusesAnAmountOfData) {
  EXPECT_THAT(refused_rate("50 GB"), HasSubstr("'50 GB' is not a bandwidth"));
  EXPECT_THAT(refused_rate("50 GB"), HasSubstr("Gb/s"));
  EXPECT_THAT(refused_rate("50"), HasSubstr("the unit is missing"));
}

TEST(ParseBandwidth, RefusesZero) {
  EXPECT_THAT(refused_rate("0 GB/s"), HasSubstr("more than zero"));
  EXPECT_THAT(refused_rate("0.000 b/s"), HasSubstr("more than zero"));
}

TEST(ParseDuration, RefusesOtherUnits) {
  EXPECT_THAT(refused_span("5 minutes"), HasSubstr("ps, ns, us, ms, s"));
  EXPECT_THAT(refused_span("5 GB"), HasSubstr("not a time"));
  EXPECT_THAT(refused_span("5"), HasSubstr("the unit is missing"));
}

TEST(ParseQuantity, RefusesWhatIsNegative) {
  EXPECT_THAT(refused_bytes("-1 B"), HasSubstr("must not be negative"));
  EXPECT_THAT(refused_rate("-50 GB/s"), HasSubstr("must not be negative"));
  EXPECT_THAT(refused_span("-0.5 us"), HasSubstr("must not be negative"));
}

TEST(ParseQuantity, RefusesWhatIsNotANumber) {
  for (const std::string text : {"", " ", "nan us", ".nan us", "inf us", ".inf", "-inf us", "us",
                                 ". us", "1.2.3 us", "1-2 us", "+1 us", "1,5 us", "0x10 us"}) {
    EXPECT_NE(refused_span(text), "no refusal") << text;
  }
}

TEST(ParseQuantity, RefusesExponents) {
  EXPECT_NE(refused_span("1e3 us"), "no refusal");
  EXPECT_NE(refused_rate("1e9 B/s"), "no refusal");
  EXPECT_NE(refused_bytes("1E3 B"), "no refusal");
}

TEST(ParseQuantity, RefusesWhatIsFinerThanItsSmallestUnit) {
  EXPECT_THAT(refused_span("0.5 ps"), HasSubstr("finer than the smallest unit"));
  EXPECT_THAT(refused_span("1.2345 ns"), HasSubstr("finer than the smallest unit"));
  EXPECT_THAT(refused_bytes("0.5 B"), HasSubstr("finer than the smallest unit"));
  EXPECT_THAT(refused_rate("0.5 b/s"), HasSubstr("finer than the smallest unit"));
}

TEST(ParseQuantity, RefusesWhatItsTypeCannotHold) {
  EXPECT_THAT(refused_bytes("9223372036854775808 B"), HasSubstr("too many digits"));
  EXPECT_THAT(refused_bytes("8388608 TiB"), HasSubstr("too large"));
  EXPECT_THAT(refused_rate("1152922 TB/s"), HasSubstr("too large"));
  EXPECT_THAT(refused_span("9223373 s"), HasSubstr("too large"));
}

TEST(ParseQuantity, HoldsTheMostThatItsTypeCanHold) {
  EXPECT_EQ(parse_bytes("9223372036854775807 B").count(), INT64_MAX);
  EXPECT_EQ(parse_bandwidth("10000 Tb/s").bits_per_second(), 10'000'000'000'000'000);
  EXPECT_THROW(parse_bandwidth("10001 Tb/s"), RequestError);
  EXPECT_EQ(parse_duration("9223372.036854775807 s").count(), INT64_MAX);
}

TEST(ParseQuantity, IsExact) {
  EXPECT_EQ(parse_duration("1.98 us"), Duration{1'980'000});
  EXPECT_EQ(parse_duration("0.1 us"), Duration{100'000});
  EXPECT_EQ(parse_duration("0.000000000001 s"), 1_psec);
  EXPECT_EQ(parse_bandwidth("20.6 GB/s").bits_per_second(), 164'800'000'000);
}

TEST(ParseQuantity, KeepsDecimalAndBinaryUnitsAndBitsAndBytesApart) {
  EXPECT_EQ(parse_bytes("1 GB").count(), 1'000'000'000);
  EXPECT_EQ(parse_bytes("1 GiB"), 1_GiB);
  EXPECT_EQ(parse_bandwidth("400 Gb/s"), parse_bandwidth("50 GB/s"));
  EXPECT_EQ(parse_bandwidth("1 GiB/s").bits_per_second(), 8'589'934'592);
}

TEST(ParseQuantity, NeedsNoSpaceAndAllowsSpaces) {
  EXPECT_EQ(parse_bytes("64MiB"), 64_MiB);
  EXPECT_EQ(parse_bytes(" \t64 \t MiB "), 64_MiB);
  EXPECT_EQ(parse_bytes(".5 KiB"), 512_B);
  EXPECT_EQ(parse_bytes("1. KiB"), 1_KiB);
  EXPECT_EQ(parse_bytes("1.50000000000 KiB"), 1536_B);
}

TEST(ParseWhole, RefusesWhatIsNoWholeNumber) {
  for (const std::string text : {"", "1.0", "1e3", "0x10", "eight", "+8", "1_000", "--1"}) {
    EXPECT_THAT(refusal([&] { parse_whole(text); }), HasSubstr("is not a whole number")) << text;
  }
  EXPECT_THAT(refusal([] { parse_whole("99999999999999999999"); }), HasSubstr("too large"));
}

TEST(ParseWhole, ReadsDecimalNumbers) {
  EXPECT_EQ(parse_whole("8"), 8);
  EXPECT_EQ(parse_whole(" -8 "), -8);
  EXPECT_EQ(parse_whole("9223372036854775807"), INT64_MAX);
}

TEST(ParseNumber, RefusesWhatIsNotFinite) {
  for (const std::string text : {"", "nan", "inf", "-inf", ".inf", "1e999", "1.5x", "1,5"}) {
    EXPECT_THAT(refusal([&] { parse_number(text); }), HasSubstr("is not a finite number")) << text;
  }
}

TEST(ParseNumber, ReadsDecimalNumbers) {
  EXPECT_DOUBLE_EQ(parse_number("1.5"), 1.5);
  EXPECT_DOUBLE_EQ(parse_number("-2e-3"), -2e-3);
}

TEST(ToText, IsShort) {
  EXPECT_EQ(to_text(0_B), "0 B");
  EXPECT_EQ(to_text(64_MiB), "64 MiB");
  EXPECT_EQ(to_text(1536_B), "1.536 kB");
  EXPECT_EQ(to_text(Bytes{1'500'000}), "1.5 MB");
  EXPECT_EQ(to_text(25_GBps), "25 GB/s");
  EXPECT_EQ(to_text(100_Gbps), "12.5 GB/s");
  EXPECT_EQ(to_text(0_psec), "0 ps");
  EXPECT_EQ(to_text(Duration{1'980'000}), "1.98 us");
  EXPECT_EQ(rate_text(20.6e9), "20.6 GB/s");
}

TEST(ToText, NeverNeedsAThousandOfAUnitThatHasALargerOne) {
  EXPECT_EQ(to_text(Duration{999'960}), "1 us");
  EXPECT_EQ(to_text(Bytes{999'999}), "1 MB");
  EXPECT_EQ(rate_text(999.99e9), "1 TB/s");
}

TEST(ToText, ReadsBackAsTheSameValueWhenFourDigitsSuffice) {
  for (const std::int64_t n : {1LL, 7LL, 42LL, 999LL, 1500LL, 125'000LL, 64'000'000'000LL}) {
    EXPECT_EQ(parse_bytes(to_text(Bytes{n})), Bytes{n}) << n;
    EXPECT_EQ(parse_duration(to_text(Duration{n})), Duration{n}) << n;
    const Bandwidth rate = Bandwidth::bits_per_second(8 * n);
    EXPECT_EQ(parse_bandwidth(to_text(rate)), rate) << n;
  }
  for (const Bytes size : {1_KiB, 12_KiB, 64_MiB, 3_GiB}) {
    EXPECT_EQ(parse_bytes(to_text(size)), size) << size.count();
  }
}

TEST(ToText, ReadsBackWithinFourDigitsOtherwise) {
  for (const std::int64_t n :
       {123'456'789LL, 999'999LL, 987'654'321'987LL, 4'611'686'018'427'387'904LL}) {
    const auto back = static_cast<double>(parse_duration(to_text(Duration{n})).count());
    EXPECT_NEAR(back, static_cast<double>(n), 5.1e-4 * static_cast<double>(n)) << n;
  }
}

TEST(QuantityText, InBinaryUnitsWhereThatIsAskedFor) {
  EXPECT_EQ(to_binary_text(Bytes{123'456'789}), "117.7 MiB");
  EXPECT_EQ(to_binary_text(Bytes{1'000'000}), "976.6 KiB");
  EXPECT_EQ(to_binary_text(Bytes{1023}), "1023 B");
  EXPECT_EQ(to_binary_text(Bytes{0}), "0 B");
  EXPECT_EQ(to_binary_text(Bytes{std::int64_t{1} << 30U}), "1 GiB");
}

}  // namespace
}  // namespace commsim::quantity_text_test
