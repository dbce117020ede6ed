#include "calibrate/probe/host/worker.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "calibrate/probe/host/child_protocol.hpp"
#include "calibrate/probe/host/row.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {
namespace {

// All ranks prepare or none goes on: one that waits for another in a collective waits forever.
std::unique_ptr<Operation> prepare(Device& device, Team& team, const Case& which) {
  std::unique_ptr<Operation> operation;
  std::exception_ptr fault;
  try {
    operation = device.prepare(which);
  } catch (const std::runtime_error&) {
    fault = std::current_exception();
  }
  const double faulty = team.largest(fault ? 1 : 0);
  if (fault) std::rethrow_exception(fault);
  if (faulty > 0) throw std::runtime_error("another rank failed");
  return operation;
}

std::optional<std::uint64_t> count_wrong(Operation& operation, Team& team, Place place) {
  const auto own = operation.wrong(place);
  const double all = team.largest(own ? static_cast<double>(*own) : 0);
  if (!own) return std::nullopt;
  return static_cast<std::uint64_t>(all);
}

Sample timed(Operation& operation, Team& team, Place place, const SamplerSettings& settings) {
  return sample([&](int count) { return team.largest(operation.run(place, count)); }, settings);
}

Result measure(Device& device, Team& team, const Case& which, const SamplerSettings& settings) {
  const auto operation = prepare(device, team, which);
  Result result;
  result.which = which;
  result.wrong = count_wrong(*operation, team, Place::kOutOfPlace);
  result.out_of_place = timed(*operation, team, Place::kOutOfPlace, settings);
  if (operation->works_in_place()) {
    const auto wrong = count_wrong(*operation, team, Place::kInPlace);
    if (wrong) result.wrong = result.wrong.value_or(0) + *wrong;
    result.in_place = timed(*operation, team, Place::kInPlace, settings);
  }
  result.clocks = device.clocks();
  result.facts = operation->facts();
  return result;
}

}  // namespace

bool work(Device& device, Team& team, const std::vector<Case>& cases,
          const SamplerSettings& settings, const Report& report) {
  for (const Case& which : cases) {
    if (team.rank() == 0) report(kBegin);
    try {
      const Result result = measure(device, team, which, settings);
      if (team.rank() == 0) report(kRow + row(result));
    } catch (const std::runtime_error& fault) {
      report(kFail + cell(fault.what()));
      return false;
    }
  }
  return true;
}

}  // namespace commsim::probe
