// How the simulation of one point of a plan ended.
#pragma once

#include <optional>
#include <string>

#include "sim/plan/plan_candidate.hpp"
#include "sim/plan/plan_file.hpp"

namespace commsim {

struct PlanEnding {
  std::optional<PlanCandidate> candidate;
  std::string refusal;  ///< why there is none; empty: the point was not simulated

  [[nodiscard]] bool known() const { return candidate.has_value() || !refusal.empty(); }
};

/// Simulates point `i` of the plan. Throws Interrupted.
PlanEnding settled(const Plan& plan, std::size_t i);

/// Endings as bytes, for other processes of the same program that read the same plan; numbers come
/// back to the last bit.
std::string packed(const PlanEnding& ending);
PlanEnding unpacked_ending(const std::string& bytes);

}  // namespace commsim
