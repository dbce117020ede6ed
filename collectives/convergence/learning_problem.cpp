#include "collectives/convergence/learning_problem.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "core/error.hpp"

namespace commsim {

std::unique_ptr<LearningProblem> make_problem(std::string_view kind, const ProblemSize& size) {
  const ProblemKind& problem = Registry<ProblemKind>::get(kind, "problem");
  const std::array<std::pair<std::string_view, std::int64_t>, 3> sizes = {
      {{"samples", size.samples}, {"inputs", size.inputs}, {"hidden units", size.hidden}}};
  std::int64_t last = sizes.back().second;
  for (const auto& [name, count] : sizes) {
    if (count < 1 || count > kMostProblemElements) {
      throw RequestError(
          fmt::format("a problem of {} {}: 1 to {} are legal", count, name, kMostProblemElements));
    }
    // With the one before it in the circle, which has been checked or is checked at the end.
    if (last > kMostProblemElements / count) {
      throw RequestError(
          fmt::format("a problem of {} samples, {} inputs and {} hidden units: the product of any "
                      "two must not be beyond {}",
                      size.samples, size.inputs, size.hidden, kMostProblemElements));
    }
    last = count;
  }
  if (!std::isfinite(size.noise) || size.noise < 0) {
    throw RequestError(fmt::format("noise of {}: it must be finite and not negative", size.noise));
  }
  return problem.make(size);
}

}  // namespace commsim
