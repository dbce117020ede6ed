#include "collectives/compression/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace commsim::npy_header {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostDimensions = 64;  // as in NumPy 2

// The header proper is a Python dictionary, of which the format needs a small part: names in
// quotes, truth values, and tuples of whole numbers.
class Literal {
 public:
  Literal(const TextFile& file, std::string_view text) : file_(file), text_(text) {}

  [[noreturn]] void fail(std::string_view what) const {
    file_.fail(fmt::format("{} at byte {} of its header", what, at_));
  }

  bool accept(char wanted) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) fail(fmt::format("has no '{}'", wanted));
  }

  std::string_view quoted() {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("has no text in quotes");
    const std::size_t begin = ++at_;
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] < ' ' || text_[at_] > '~' || text_[at_] == '\\') {
        fail("has a character that no name has");
      }
    }
    if (at_ == text_.size()) fail("has a text without an end");
    return text_.substr(begin, at_++ - begin);
  }

  bool truth() {
    skip_spaces();
    for (const auto& [word, value] : {std::pair{"True", true}, std::pair{"False", false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += std::string_view(word).size();
        return value;
      }
    }
    fail("has neither True nor False");
  }

  std::int64_t whole() {
    skip_spaces();
    std::int64_t number = 0;
    const std::string_view rest = text_.substr(at_);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error == std::errc::result_out_of_range) fail("has a dimension that is too large");
    if (error != std::errc{}) fail("has no whole number");
    if (number < 0) fail("has a negative dimension");
    at_ += static_cast<std::size_t>(end - rest.data());
    return number;
  }

  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> numbers;
    expect('(');
    bool comma = true;
    while (!accept(')')) {
      if (!comma) fail("has no ','");
      if (numbers.size() == kMostDimensions) fail("has more than 64 dimensions");
      numbers.push_back(whole());
      comma = accept(',');
    }
    if (numbers.size() == 1 && !comma) fail("has a shape that is a number and no tuple");
    return numbers;
  }

  void end() {
    if (at_ == text_.size() || text_.back() != '\n') fail("has no line end");
    text_.remove_suffix(1);
    skip_spaces();
    if (at_ != text_.size()) fail("goes on");
  }

 private:
  void skip_spaces() { at_ = std::min(text_.find_first_not_of(' ', at_), text_.size()); }

  const TextFile& file_;
  std::string_view text_;
  std::size_t at_ = 0;
};

std::size_t element_size(const Literal& literal, std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 3> kTypes = {
      {{"<f2", 2}, {"<f4", 4}, {"<f8", 8}}};
  for (const auto& [name, size] : kTypes) {
    if (type == name) return size;
  }
  constexpr std::string_view kLegal = "legal are '<f2', '<f4' and '<f8'";
  if (type.find('V') != std::string_view::npos) {
    literal.fail(
        fmt::format("holds bytes without a meaning ('{}'; bfloat16 is saved so): {}; save "
                    "it as float32",
                    type, kLegal));
  }
  literal.fail(fmt::format("holds '{}': {}", type, kLegal));
}

// The place and the size of the dictionary.
std::pair<std::size_t, std::size_t> dictionary(const TextFile& file, std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) file.fail("is no NumPy file: it does not begin with \\x93NUMPY");
  const auto byte = [&](std::size_t at) -> std::size_t {
    if (at >= bytes.size()) file.fail("ends within its header");
    return static_cast<unsigned char>(bytes[at]);
  };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3 || byte(7) != 0) {
    file.fail(fmt::format("has version {}.{} of the format: legal are 1.0, 2.0 and 3.0", version,
                          byte(7)));
  }
  std::size_t size = byte(8) + (byte(9) << 8U);
  if (version > 1) size += (byte(10) << 16U) + (byte(11) << 24U);
  const std::size_t begin = version > 1 ? 12 : 10;
  if (begin + size > kMostNpyHeader) {
    file.fail(fmt::format("has a header of {} bytes: at most 65536 are legal", size));
  }
  if (bytes.size() - begin < size) file.fail("ends within its header");
  return {begin, size};
}

}  // namespace
}  // namespace commsim::npy_header

namespace commsim {

NpyHeader parse_npy_header(const TextFile& file, std::string_view bytes) {
  using namespace npy_header;
  const auto [begin, size] = dictionary(file, bytes);
  Literal literal{file, bytes.substr(begin, size)};
  std::optional<std::size_t> element;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;
  literal.expect('{');
  for (bool comma = true; !literal.accept('}'); comma = literal.accept(',')) {
    if (!comma) literal.fail("has no ','");
    const std::string_view key = literal.quoted();
    literal.expect(':');
    if (key == "descr" && !element) {
      if (literal.accept('[')) literal.fail("holds records: only plain arrays are legal");
      element = element_size(literal, literal.quoted());
    } else if (key == "fortran_order" && !fortran_order) {
      fortran_order = literal.truth();
    } else if (key == "shape" && !shape) {
      shape = literal.tuple();
    } else {
      literal.fail(fmt::format("has the key '{}', which is unknown or there twice", key));
    }
  }
  literal.end();
  if (!element || !fortran_order || !shape) {
    file.fail("has a header without all of 'descr', 'fortran_order' and 'shape'");
  }
  NpyHeader header{.size = begin + size,
                   .element_size = *element,
                   .fortran_order = *fortran_order,
                   .dimensions = *std::move(shape)};
  for (const std::int64_t dimension : header.dimensions) {
    if (dimension == 0) file.fail("has no elements: one of its dimensions is 0");
    if (__builtin_mul_overflow(header.elements, dimension, &header.elements)) {
      file.fail("has more elements than can be counted");
    }
  }
  return header;
}

}  // namespace commsim
