// Names of the devices of a server: "s3.gpu0".
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace commsim {

/// "s<server>.<kind><number>". A cluster has millions of such, so that nothing is formatted.
inline std::string part_name(std::int32_t server, std::string_view kind, std::int64_t number) {
  constexpr std::size_t kMostDigits = 20;
  std::array<char, kMostDigits> digits{};
  const auto append = [&](std::string& name, std::int64_t value) {
    const char* begin = digits.data();
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    name.append(begin, end);
  };
  std::string name(1, 's');
  append(name, server);
  name.append(1, '.').append(kind);
  append(name, number);
  return name;
}

}  // namespace commsim
