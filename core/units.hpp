// Quantities as types: bytes, bandwidth, durations and simulated time, and the one law that joins
// them, T = L / B + D. No function in commsim takes a bare number where a quantity belongs.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace commsim {

__extension__ using Int128 = __int128;

/// A span of simulated time in whole picoseconds; the range is 106 days either way.
using Duration = std::chrono::duration<std::int64_t, std::pico>;

/// The clock of the simulation: it starts at zero and only the engine moves it.
struct SimClock {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<SimClock, Duration>;
  static constexpr bool is_steady = true;
};

/// An instant of simulated time.
using SimTime = SimClock::time_point;

/// Raised when an amount of data does not fit 63 bits; the command line reports it as the user's.
[[noreturn]] void throw_size_overflow();

/// An amount of data, in whole bytes.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr explicit Bytes(std::int64_t count) : count_(count) {}

  [[nodiscard]] constexpr std::int64_t count() const { return count_; }

  /// Sums are refused when they do not fit: totals over all messages can be that large.
  constexpr Bytes& operator+=(Bytes other) {
    if (__builtin_add_overflow(count_, other.count_, &count_)) throw_size_overflow();
    return *this;
  }
  constexpr Bytes& operator-=(Bytes other) { return count_ -= other.count_, *this; }
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return Bytes{a.count_ + b.count_}; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return Bytes{a.count_ - b.count_}; }
  friend constexpr Bytes operator*(Bytes a, std::int64_t n) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a.count_, n, &product)) throw_size_overflow();
    return Bytes{product};
  }
  friend constexpr Bytes operator*(std::int64_t n, Bytes a) { return a * n; }
  friend constexpr std::int64_t operator/(Bytes a, Bytes b) { return a.count_ / b.count_; }
  friend constexpr auto operator<=>(Bytes, Bytes) = default;

 private:
  std::int64_t count_ = 0;
};

/// A rate of data, in whole bits per second and never zero or negative. Bits, because link rates
/// are sold in bits: 100 Gb/s and 12.5 GB/s are both exact.
class Bandwidth {
 public:
  constexpr Bandwidth() = default;
  /// The rate of `bits` per second. REQUIRES: bits > 0.
  static constexpr Bandwidth bits_per_second(std::int64_t bits) { return Bandwidth{bits}; }

  [[nodiscard]] constexpr std::int64_t bits_per_second() const { return bits_per_second_; }
  [[nodiscard]] constexpr double bytes_per_second() const {
    return static_cast<double>(bits_per_second_) / 8.0;
  }

  friend constexpr Bandwidth operator*(Bandwidth b, std::int64_t n) {
    return Bandwidth{b.bits_per_second_ * n};
  }
  friend constexpr auto operator<=>(Bandwidth, Bandwidth) = default;

 private:
  constexpr explicit Bandwidth(std::int64_t bits) : bits_per_second_(bits) {}
  std::int64_t bits_per_second_ = 1;
};

/// Raised when a time does not fit the clock (106 days); the command line reports it as the user's.
[[noreturn]] void throw_time_overflow();

/// L / B: the time that `size` takes at `rate` when `sharers` divide the rate equally, rounded
/// once, up, to the picosecond, so that nothing is ever faster than its bound. Throws RequestError
/// when the result does not fit the clock.
constexpr Duration transfer_time(Bytes size, Bandwidth rate, std::int64_t sharers = 1) {
  constexpr std::int64_t kBitPicosecondsPerByteSecond = 8'000'000'000'000;
  const std::int64_t divisor = rate.bits_per_second();
  std::int64_t small = 0;
  if (!__builtin_mul_overflow(size.count(), kBitPicosecondsPerByteSecond, &small) &&
      !__builtin_mul_overflow(small, sharers, &small)) {
    return Duration{small / divisor + (small % divisor != 0 ? 1 : 0)};
  }
  // What overflows even 128 bits has a quotient of more than 64, since the divisor has 63.
  Int128 work = Int128{size.count()} * kBitPicosecondsPerByteSecond;
  if (__builtin_mul_overflow(work, Int128{sharers}, &work)) throw_time_overflow();
  const Int128 quotient = work / divisor + (work % divisor != 0 ? 1 : 0);
  if (quotient > Int128{INT64_MAX}) throw_time_overflow();
  return Duration{static_cast<std::int64_t>(quotient)};
}

/// L / B.
constexpr Duration operator/(Bytes size, Bandwidth rate) { return transfer_time(size, rate); }

/// `time + span`, refusing to run past the end of the clock.
constexpr SimTime later(SimTime time, Duration span) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(time.time_since_epoch().count(), span.count(), &sum)) {
    throw_time_overflow();
  }
  return SimTime{Duration{sum}};
}

/// The law itself, T = L / B + D: one message on one link that it has to itself. Throws
/// RequestError when the result does not fit the clock.
constexpr Duration message_time(Bytes size, Bandwidth rate, Duration latency) {
  return later(SimTime{size / rate}, latency).time_since_epoch();
}

/// A duration as seconds, for reports and ratios only.
constexpr double seconds(Duration span) { return static_cast<double>(span.count()) / 1e12; }

inline namespace literals {
// NOLINTBEGIN(google-runtime-int): the language fixes the parameter type of a literal operator.
constexpr Bytes operator""_B(unsigned long long n) { return Bytes{static_cast<std::int64_t>(n)}; }
constexpr Bytes operator""_KiB(unsigned long long n) { return operator""_B(n << 10U); }
constexpr Bytes operator""_MiB(unsigned long long n) { return operator""_B(n << 20U); }
constexpr Bytes operator""_GiB(unsigned long long n) { return operator""_B(n << 30U); }
constexpr Bandwidth operator""_Gbps(unsigned long long n) {
  return Bandwidth::bits_per_second(static_cast<std::int64_t>(n) * 1'000'000'000);
}
constexpr Bandwidth operator""_GBps(unsigned long long n) { return operator""_Gbps(n * 8); }
constexpr Duration operator""_psec(unsigned long long n) {
  return Duration{static_cast<std::int64_t>(n)};
}
constexpr Duration operator""_nsec(unsigned long long n) { return operator""_psec(n * 1000); }
constexpr Duration operator""_usec(unsigned long long n) { return operator""_psec(n * 1'000'000); }
// NOLINTEND(google-runtime-int)
}  // namespace literals

}  // namespace commsim
