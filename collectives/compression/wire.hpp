// Bytes of a message: little-endian numbers written one after another, and read with a check.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace commsim {

/// Lets a vector grow without filling what it grows by: codecs write all of it anyway.
template <typename T>
struct UnfilledAllocator : std::allocator<T> {
  template <typename Other>
  struct rebind {
    using other = UnfilledAllocator<Other>;
  };
  template <typename Value, typename... Arguments>
  void construct(Value* place, Arguments&&... arguments) {
    if constexpr (sizeof...(Arguments) > 0) {
      std::construct_at(place, std::forward<Arguments>(arguments)...);
    }
  }
};

/// A message. What resize() adds has no value until it is written.
using Encoded = std::vector<std::byte, UnfilledAllocator<std::byte>>;

/// Thrown by decoders for bytes that no encoder of theirs has written.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

static_assert(std::endian::native == std::endian::little, "numbers travel little-endian");

/// Appends a number, or an array of them, as it lies in memory.
template <typename Number>
requires std::is_arithmetic_v<Number>
void put(Encoded& out, Number number) {
  const std::size_t end = out.size();
  out.resize(end + sizeof number);
  std::memcpy(out.data() + end, &number, sizeof number);
}
template <typename Number>
requires std::is_arithmetic_v<Number>
void put_all(Encoded& out, std::span<const Number> numbers) {
  if (numbers.empty()) return;
  const std::size_t end = out.size();
  out.resize(end + numbers.size_bytes());
  std::memcpy(out.data() + end, numbers.data(), numbers.size_bytes());
}

/// Reads what put() wrote, from the front; throws DecodeError past the end.
class WireReader {
 public:
  explicit WireReader(std::span<const std::byte> bytes) : left_(bytes) {}

  template <typename Number>
  Number take() {
    Number number{};
    std::memcpy(&number, take_bytes(sizeof number).data(), sizeof number);
    return number;
  }
  template <typename Number>
  void take_all(std::span<Number> numbers) {
    const auto bytes = take_bytes(numbers.size_bytes());
    if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  }
  std::span<const std::byte> take_bytes(std::size_t count) {
    if (count > left_.size()) {
      throw DecodeError("the message ends " + std::to_string(count - left_.size()) +
                        " bytes too early");
    }
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }
  [[nodiscard]] std::size_t left() const { return left_.size(); }
  /// Throws DecodeError if anything is left.
  void end() const {
    if (!left_.empty()) {
      throw DecodeError("the message has " + std::to_string(left_.size()) + " bytes too many");
    }
  }

 private:
  std::span<const std::byte> left_;
};

}  // namespace commsim
