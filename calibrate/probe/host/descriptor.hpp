// A file descriptor that closes itself, and whole writes to one.
#pragma once

#include <string>
#include <utility>

namespace commsim::probe {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

/// Writes all of it, however many calls that takes. Returns 0 or the value of errno.
int write_all(int descriptor, const std::string& text);

}  // namespace commsim::probe
