#include <fmt/format.h>

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/readers/measurement_format.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/compression/codec.hpp"
#include "collectives/compression/model_shapes.hpp"
#include "collectives/compression/tensor_source.hpp"
#include "collectives/convergence/learning_problem.hpp"
#include "sim/cli/command.hpp"
#include "sim/network/network_model.hpp"
#include "sim/scenario/algorithm_word.hpp"
#include "sim/workload/training/gpu.hpp"
#include "sim/workload/training/pipeline_schedule.hpp"
#include "sim/workload/training/training_model.hpp"
#include "topology/fabric_plan.hpp"
#include "topology/preset.hpp"
#include "topology/routing.hpp"
#include "topology/server_plan.hpp"
#include "topology/topology_kind.hpp"
#include "topology/torus_preset.hpp"
#include "topology/wiring.hpp"

namespace commsim::list {
namespace {

template <typename Entry>
void print(std::string_view title) {
  std::cout << title << '\n';
  for (const Entry* entry : Registry<Entry>::entries()) {
    std::cout << fmt::format("  {:<32} {}\n", entry->name, entry->summary);
    if constexpr (requires { entry->cost; }) {
      if (!entry->cost.empty()) std::cout << fmt::format("  {:<32} T = {}\n", "", entry->cost);
    }
    if constexpr (requires { entry->bound; }) {
      std::cout << fmt::format("  {:<32} error: {}\n", "", entry->bound);
    }
    if constexpr (requires { entry->reference; }) {
      std::cout << fmt::format("  {:<32} [{}]\n", "", entry->reference);
    }
  }
  std::cout << '\n';
}

struct Kind {
  std::string_view name;
  void (*print)(std::string_view title);
};

constexpr std::array kKinds = {
    Kind{"collectives", print<Collective>},
    Kind{"algorithms", print<Algorithm>},
    Kind{"algorithm_words", print<AlgorithmWord>},
    Kind{"topologies", print<TopologyKind>},
    Kind{"fabrics", print<Fabric>},
    Kind{"presets", print<ServerPreset>},
    Kind{"wirings", print<Wiring>},
    Kind{"torus_presets", print<TorusPreset>},
    Kind{"imports", print<ServerImport>},
    Kind{"networks", print<NetworkModel>},
    Kind{"routing", print<RoutingPolicy>},
    Kind{"formats", print<MeasurementFormat>},
    Kind{"codecs", print<Codec>},
    Kind{"tensors", print<TensorKind>},
    Kind{"models", print<ModelShapes>},
    Kind{"problems", print<ProblemKind>},
    Kind{"trained_models", print<TrainingModel>},
    Kind{"gpus", print<Gpu>},
    Kind{"pipeline_schedules", print<PipelineSchedule>},
    Kind{"commands", print<Command>},
};

void add(CommandOptions& command) {
  const auto wanted = std::make_shared<std::string>();
  std::vector<std::string> names;
  names.reserve(kKinds.size());
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  command.choice("KIND", *wanted, fmt::format("one of {}", fmt::join(names, ", ")), names);
  command.on_run([wanted] {
    for (const Kind& kind : kKinds) {
      if (wanted->empty() || *wanted == kind.name) kind.print(kind.name);
    }
    return kSuccess;
  });
}

const Registration<Command> kList{{.name = "list",
                                   .summary = "what is registered, with summaries and references",
                                   .order = 4,
                                   .add = add}};

}  // namespace
}  // namespace commsim::list
