#include "calibrate/probe/host/sizes.hpp"

#include <cstddef>
#include <stdexcept>

#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {
namespace {

std::invalid_argument no_size(const std::string& text) {
  return std::invalid_argument("'" + text + "' is no size; write 8, 64K, 1M or 8G, at most 1024G");
}

}  // namespace

std::uint64_t parse_size(const std::string& text) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  const std::size_t end = text.find_first_not_of("0123456789");
  const std::string unit = end == std::string::npos ? "" : text.substr(end);
  unsigned shift = 0;
  if (unit == "K" || unit == "KiB") {
    shift = 10;
  } else if (unit == "M" || unit == "MiB") {
    shift = 20;
  } else if (unit == "G" || unit == "GiB") {
    shift = 30;
  } else if (!unit.empty() && unit != "B") {
    throw no_size(text);
  }
  std::uint64_t number = 0;
  try {
    number = parse_count(text.substr(0, end));
  } catch (const std::invalid_argument&) {
    throw no_size(text);
  }
  if (number == 0 || number > (kMost >> shift)) throw no_size(text);
  return number << shift;
}

std::vector<std::uint64_t> size_ladder(std::uint64_t least, std::uint64_t most) {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t size = least; size <= most; size *= 2) {
    sizes.push_back(size);
    if (size > most / 2) break;
  }
  return sizes;
}

}  // namespace commsim::probe
