// Data as a checker sees it: not values, but which ranks' bytes were summed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "collectives/program.hpp"

namespace commsim {

/// A run of symbolic bytes. Each remembers how often each rank's data is in it, how much undefined
/// data is, and at which offset the data stood in the beginning. Memory: ranks + 9 for each byte.
class SymbolicData {
 public:
  /// Undefined bytes.
  SymbolicData(Rank ranks, std::int64_t bytes);

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(origins_.size()); }
  /// Makes byte `at` the byte `origin` of the data of `rank`.
  void define(std::int64_t at, Rank rank, std::int64_t origin);
  /// Puts `length` bytes of `other`, from `from` on, at `at`: adds or overwrites.
  void combine(std::int64_t at, const SymbolicData& other, std::int64_t from, std::int64_t length,
               Combine how);

  /// Whether byte `at` is the sum of byte `origin` of exactly these ranks, each once.
  [[nodiscard]] bool is_sum(std::int64_t at, std::span<const Rank> ranks,
                            std::int64_t origin) const;
  /// What byte `at` is: "byte 5 of ranks 0, 2 (3 times)".
  [[nodiscard]] std::string describe(std::int64_t at) const;

 private:
  [[nodiscard]] std::span<std::uint8_t> counts(std::int64_t at);
  [[nodiscard]] std::span<const std::uint8_t> counts(std::int64_t at) const;

  std::size_t columns_;                // ranks, and one for undefined data
  std::vector<std::uint8_t> counts_;   // rows of columns_, saturating
  std::vector<std::int64_t> origins_;  // kUndefined or kMixed where there is no one offset
};

}  // namespace commsim
