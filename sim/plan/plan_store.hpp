// What a plan has found out so far, in an SQLite file: a killed search goes on where it was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/plan/plan_candidate.hpp"

namespace commsim {

/// One connection, used by one thread. Every put() is a transaction: after a kill either all of a
/// row is there or nothing.
class PlanStore {
 public:
  /// Opens or makes the file. Throws MachineError if it cannot be opened or is no database, and
  /// RequestError if it is one of something else, or holds another plan (another `fingerprint`).
  PlanStore(const std::string& file, std::uint64_t fingerprint);
  PlanStore(const PlanStore&) = delete;
  PlanStore& operator=(const PlanStore&) = delete;
  ~PlanStore();

  /// All that is known, by point.
  [[nodiscard]] std::vector<PlanCandidate> candidates() const;
  /// Points that cannot be simulated, and why.
  struct Refusal {
    std::size_t point = 0;
    std::string reason;
  };
  [[nodiscard]] std::vector<Refusal> refusals() const;

  /// `choices` is the point in words, for whoever looks into the file.
  void put(const PlanCandidate& candidate, const std::string& choices);
  void put(const Refusal& refusal, const std::string& choices);

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace commsim
