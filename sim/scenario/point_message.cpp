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

void write_text(std::ostream& out, const std::string& text) {
  write_number(out, text.size());
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

std::string read_text(std::istream& in) {
  const std::uint64_t length = read_number(in);
  std::string text;
  if (!in || length > kLongestText) {
    in.setstate(std::ios::failbit);
    return text;
  }
  text.resize(length);
  in.read(text.data(), static_cast<std::streamsize>(length));
  return text;
}

void write_answer(std::ostream& out, const PointAnswer& answer) {
  write_number(out, static_cast<std::uint64_t>(answer.fault));
  write_text(out, answer.text);
}

PointAnswer read_answer(std::istream& in) {
  const auto fault = static_cast<Fault>(read_number(in));
  return {.fault = fault, .text = read_text(in)};
}

}  // namespace commsim
