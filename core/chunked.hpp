// A row that grows without moving what it holds: for millions of values, where a vector would copy
// them over and over and need half as much memory again while it does.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace commsim {

template <typename T>
class Chunked {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  /// O(1). References stay valid.
  T& push_back(T value) {
    if (size_ == chunks_.size() * kChunk) grow();
    T& place = (*this)[size_++];
    place = std::move(value);
    return place;
  }
  /// O(1). REQUIRES: i < size().
  T& operator[](std::size_t i) { return (*chunks_[i / kChunk])[i % kChunk]; }
  const T& operator[](std::size_t i) const { return (*chunks_[i / kChunk])[i % kChunk]; }

 private:
  static constexpr std::size_t kChunk = 1024;
  using Chunk = std::array<T, kChunk>;

  void grow() { chunks_.push_back(std::make_unique<Chunk>()); }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace commsim
