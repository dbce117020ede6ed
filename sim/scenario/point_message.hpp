// What the desk and its workers say to each other.
#pragma once

#include <cstdint>
#include <istream>
#include <ostream>
#include <string>

namespace commsim {

/// Whose fault it is that there is no result, as core/error.hpp tells them apart.
enum class Fault : std::uint8_t { kNone, kRequest, kLimit, kMachine };

/// A worker first says what it has read, then answers each request with one of these.
struct PointAnswer {
  Fault fault = Fault::kNone;
  std::string text;  ///< what was asked for, or what is wrong
};

/// Numbers are eight bytes, the lowest first; a text follows its length. What cannot be read or
/// written leaves the stream failed.
void write_number(std::ostream& out, std::uint64_t number);
std::uint64_t read_number(std::istream& in);
void write_text(std::ostream& out, const std::string& text);
std::string read_text(std::istream& in);
void write_answer(std::ostream& out, const PointAnswer& answer);
PointAnswer read_answer(std::istream& in);

}  // namespace commsim
