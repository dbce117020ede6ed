#include "core/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "core/units.hpp"

namespace commsim {

void invariant_failed(std::string_view what, const char* file, int line) {
  fmt::print(stderr, "commsim: internal error: {} ({}:{})\n", what, file, line);
  std::abort();
}

void throw_time_overflow() {
  throw RequestError(
      "the simulated time does not fit the clock, which ends after 106 days; "
      "use a smaller size or faster links");
}

void throw_size_overflow() {
  throw RequestError(
      "the bytes that are sent in all do not fit 63 bits; use a smaller size or fewer ranks");
}

}  // namespace commsim
