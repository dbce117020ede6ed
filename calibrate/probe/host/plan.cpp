#include "calibrate/probe/host/plan.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/probe/host/nccl_choices.hpp"

namespace commsim::probe {
namespace {

std::vector<Environment> nccl_processes(const Inventory& inventory, const Extent& extent,
                                        const NcclChoice& choice) {
  std::vector<Environment> processes;
  const int count = extent.ranks_per_gpu > 1 ? extent.ranks : 1;
  for (int rank = 0; rank < count; ++rank) {
    Environment environment;
    if (extent.ranks_per_gpu > 1) environment = sharing_environment(inventory.nccl, rank);
    if (!choice.algorithm.empty()) {
      environment["NCCL_ALGO"] = choice.algorithm;
      environment["NCCL_PROTO"] = choice.protocol;
      if (choice.algorithm.rfind("Collnet", 0) == 0) environment["NCCL_COLLNET_ENABLE"] = "1";
    }
    processes.push_back(std::move(environment));
  }
  return processes;
}

// A batch for each collective and choice: what fails takes nothing else with it.
void add_nccl(const Inventory& inventory, const Extent& extent, const std::vector<Case>& cases,
              std::vector<Batch>& plan) {
  std::vector<Batch> forced;
  for (std::size_t first = 0; first < cases.size();) {
    std::size_t end = first;
    while (end < cases.size() && cases[end].operation == cases[first].operation) ++end;
    Batch own{nccl_processes(inventory, extent, {}), {}};
    own.cases.assign(cases.begin() + static_cast<std::ptrdiff_t>(first),
                     cases.begin() + static_cast<std::ptrdiff_t>(end));
    const NcclSetting setting{inventory.nccl, 1, extent.ranks, inventory.compute_capability,
                              extent.collnet};
    for (const NcclChoice& choice : nccl_choices(cases[first].operation, setting)) {
      Batch batch{nccl_processes(inventory, extent, choice), own.cases};
      for (Case& which : batch.cases) {
        which.algorithm = choice.algorithm;
        which.protocol = choice.protocol;
      }
      forced.push_back(std::move(batch));
    }
    plan.push_back(std::move(own));
    first = end;
  }
  plan.insert(plan.end(), forced.begin(), forced.end());
}

// A batch for each operation, for the same reason.
void add_codecs(const std::vector<Case>& cases, std::vector<Batch>& plan) {
  for (const Case& which : cases) {
    if (plan.empty() || plan.back().cases.front().operation != which.operation) {
      plan.push_back({{Environment{}}, {}});
    }
    plan.back().cases.push_back(which);
  }
}

}  // namespace

std::vector<Batch> make_plan(const Inventory& inventory, const Extent& extent,
                             const std::set<std::string>& chosen) {
  std::vector<Batch> plan;
  for (const Suite& suite : suites()) {
    if (chosen.count(suite.name) == 0 || !suite.lacks(inventory).empty()) continue;
    const std::vector<Case> cases = suite.cases(inventory, extent);
    if (suite.name == "nccl") {
      add_nccl(inventory, extent, cases, plan);
    } else if (suite.name == "codecs") {
      add_codecs(cases, plan);
    } else if (!cases.empty()) {
      plan.push_back({{Environment{}}, cases});
    }
  }
  return plan;
}

std::size_t count_cases(const std::vector<Batch>& plan) {
  std::size_t cases = 0;
  for (const Batch& batch : plan) cases += batch.cases.size();
  return cases;
}

double TimeLeft::after(std::size_t done, double elapsed) const {
  const auto left = static_cast<double>(cases_ - done);
  if (done == 0) return left * seconds_per_case_;
  return left * elapsed / static_cast<double>(done);
}

}  // namespace commsim::probe
