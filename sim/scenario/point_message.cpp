#include "sim/scenario/point_message.hpp"

#include <array>

namespace commsim::point_message {
namespace {
constexpr std::size_t kNumberBytes = 8;
constexpr unsigned kByteBits = 8;
constexpr std::uint64_t kByteMask = 0xff;
constexpr std::uint64_t kLongestText = std::uint64_t{1} << 30U;
}  // namespace
}  // namespace commsim::point_message

namespace commsim {

using namespace point_message;

void write_number(std::ostream& out, std::uint64_t number) {
  std::array<char, kNumberBytes> bytes{};
  for (char& byte : bytes) {
    byte = static_cast<char>(number & kByteMask);
    number >>= kByteBits;
  }
  out.write(bytes.data(), bytes.size());
}

std::uint64_t read_number(std::istream& in) {
  std::array<char, kNumberBytes> bytes{};
  in.read(bytes.data(), bytes.size());
  std::uint64_t number = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    number = (number << kByteBits) | static_cast<unsigned char>(*byte);
  }
  return number;
}

void write_answer(std::ostream& out, const PointAnswer& answer) {
  write_number(out, static_cast<std::uint64_t>(answer.fault));
  write_number(out, answer.text.size());
  out.write(answer.text.data(), static_cast<std::streamsize>(answer.text.size()));
}

PointAnswer read_answer(std::istream& in) {
  PointAnswer answer{.fault = static_cast<Fault>(read_number(in)), .text = {}};
  const std::uint64_t length = read_number(in);
  if (!in || length > kLongestText) {
    in.setstate(std::ios::failbit);
    return answer;
  }
  answer.text.resize(length);
  in.read(answer.text.data(), static_cast<std::streamsize>(length));
  return answer;
}

}  // namespace commsim
