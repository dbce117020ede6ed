// Small plans, from YAML.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan_file.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::support {

/// Eight GPUs in two servers; `plan` is the section, from line 15 on, indented by two.
inline ConfigDocument plan_document(const std::string& plan,
                                    const std::vector<std::string>& overrides = {}) {
  ConfigDocument document = read_yaml_text(
      "version: 1\n"
      "topology:\n"
      "  kind: server_cluster\n"
      "  preset: pcie_box\n"
      "  servers: 2\n"
      "  fabric: leaf_spine\n"
      "  servers_per_leaf: 1\n"
      "training:\n"
      "  model: bert_large\n"
      "  gpu: a100_80gb\n"
      "  global_batch: 64\n"
      "  micro_batch: 4\n"
      "  parallel: {tensor: 1}\n"
      "plan:\n" +
          plan,
      "f");
  for (const std::string& change : overrides) apply_override(document, change);
  return document;
}

inline Plan read_small_plan(const std::string& plan,
                            const std::vector<std::string>& overrides = {}) {
  return read_plan(plan_document(plan, overrides));
}

}  // namespace commsim::support
