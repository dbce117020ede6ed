#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/error.hpp"
#include "topology/import/ib_fabric.hpp"

namespace commsim {
namespace {

// One lane: signals in thousands per second, and data bits of coded bits.
struct Speed {
  std::string_view name;
  std::int64_t kilobaud;
  std::int64_t data;
  std::int64_t coded;
};

constexpr std::array kSpeeds = {
    Speed{"SDR", 2'500'000, 8, 10},   Speed{"DDR", 5'000'000, 8, 10},
    Speed{"QDR", 10'000'000, 8, 10},  Speed{"FDR10", 10'312'500, 64, 66},
    Speed{"FDR", 14'062'500, 64, 66}, Speed{"EDR", 25'781'250, 64, 66},
    Speed{"HDR", 50'000'000, 1, 1},   Speed{"NDR", 100'000'000, 1, 1},
    Speed{"XDR", 200'000'000, 1, 1},
};

constexpr std::array kWidths = {1, 2, 4, 8, 12};

}  // namespace

Bandwidth ib_rate(std::string_view text) {
  int lanes = 0;
  const auto [rest, error] = std::from_chars(text.begin(), text.end(), lanes);
  const std::string_view tail(rest, static_cast<std::size_t>(text.end() - rest));
  if (error == std::errc{} && std::ranges::count(kWidths, lanes) > 0 && tail.starts_with('x')) {
    const auto speed = std::ranges::find(kSpeeds, tail.substr(1), &Speed::name);
    if (speed != kSpeeds.end()) {
      return Bandwidth::bits_per_second(lanes * speed->kilobaud * 1000 * speed->data /
                                        speed->coded);
    }
  }
  throw RequestError(fmt::format(
      "unknown width and speed '{}'; legal: 1x, 2x, 4x, 8x or 12x with SDR, DDR, QDR, FDR10, FDR, "
      "EDR, HDR, NDR or XDR, such as 4xHDR",
      text));
}

}  // namespace commsim
