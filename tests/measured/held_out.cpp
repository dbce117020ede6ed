#include "tests/measured/held_out.hpp"

#include <fmt/format.h>

#include "calibrate/hold_out.hpp"
#include "calibrate/readers/csv_table.hpp"
#include "core/error.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/scenario_validation.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "tests/support/config.hpp"
#include "tests/support/published.hpp"

namespace commsim::measured {
namespace {

const std::filesystem::path kSource = COMMSIM_SOURCE_DIR;

// What an algorithm of a scenario says of every size of a run; nothing if it cannot.
std::vector<ValidationRow> predicted(const std::string& preset, int servers, int gpus,
                                     const std::string& algorithm, const std::string& profile,
                                     const MeasuredRun& run, const std::string& settings = "") {
  std::vector<std::pair<std::string, config::Value>> topology{
      {"kind", "server_cluster"}, {"servers", std::to_string(servers)}, {"preset", preset}};
  if (gpus == 1) {
    topology.emplace_back("gpus", "1");
    topology.emplace_back("nics", "1");
  }
  const ConfigDocument more = read_yaml_text(fmt::format("{{{}}}", settings), "settings");
  for (const auto& [key, value] : more.root.map) topology.emplace_back(key, value);
  const ConfigDocument document{
      .sources = {(kSource / "scenarios" / "held_out.yaml").string()},
      .root = config::map({{"version", "1"},
                           {"name", "held out"},
                           {"topology", config::map(topology)},
                           {"profile", "profiles/" + profile + ".yaml"},
                           {"collective", config::map({{"kind", run.collective},
                                                       {"size", "1 MiB"},
                                                       {"algorithm", algorithm}})}})};
  try {
    return validate_scenario(read_scenarios(document), run).front().rows;
  } catch (const RequestError&) {
    return {};
  } catch (const ConfigError&) {
    return {};
  }
}

bool is_collective(const support::PublishedTable& table) {
  for (const char* other : {"osu", "imb", "ib_", "p2p"}) {
    if (table.collective.starts_with(other)) return false;
  }
  return true;
}

// A server of the GPU that a name begins with.
std::string preset_of(const std::string& name) {
  for (const char* gpu : {"a100", "h100", "b200"}) {
    if (name.starts_with(gpu)) return std::string("dgx_") + gpu;
  }
  return "";
}

}  // namespace

std::vector<HeldOut> held_out_sizes(const std::filesystem::path& measurements) {
  std::vector<HeldOut> tables;
  for (const support::PublishedTable& table : support::published_tables(measurements)) {
    if (table.tier != "A" || table.rows < 20 || table.collective.starts_with("p2p")) continue;
    const MeasuredRun run = read_measurements(table.file, table.hints).runs.front();
    HeldOut& held = tables.emplace_back();
    held.name = table.file.stem().string();
    held.group = is_collective(table) ? "collectives" : "point to point";
    held.rows = hold_out_sizes(title_of(run), measurements_of(run)).rows;
    const std::string preset = preset_of(held.name);
    if (!preset.empty() && table.hints.nodes == 1 && table.hints.ranks == 8) {
      held.nccl = predicted(preset, 1, 0, "nccl", preset.substr(4), run);
    }
  }
  return tables;
}

std::vector<HeldOut> held_out_ranks(const std::filesystem::path& measurements) {
  const auto all = read_measurements(measurements / "aiconfigurator" / "nccl_single_node.csv");
  std::vector<MeasuredRun> half;
  for (const MeasuredRun& run : all.runs) {
    if (run.dtype == "half") half.push_back(run);
  }
  std::vector<HeldOut> tables;
  for (const Validation& validation : hold_out_ranks(half)) {
    HeldOut& held = tables.emplace_back();
    held.name = validation.title;
    held.group = held.name.substr(0, held.name.rfind(", 2."));
    held.rows = validation.rows;
    for (const MeasuredRun& run : half) {
      if (title_of(run) != validation.title) continue;
      held.nccl = predicted("dgx_" + run.device, 1, 0, "nccl", run.device, run);
    }
  }
  return tables;
}

std::vector<HeldOut> held_out_servers(const std::filesystem::path& measurements) {
  const TextFile list = read_text_file(kSource / "tests" / "measured" / "multi_server_tables.csv");
  CsvTable index(list);
  const auto cell = [&](std::string_view name) {
    return std::string(index.cell(index.column({name}).value()).text);
  };
  std::vector<HeldOut> tables;
  while (index.next()) {
    HeldOut& held = tables.emplace_back();
    held.name = cell("file");
    held.group = cell("network");
    const int servers = std::stoi(cell("servers"));
    const int gpus = std::stoi(cell("gpus"));
    const MeasuredRun run =
        read_measurements(measurements / "nccl_tests" / (held.name + ".csv"),
                          {.collective = cell("collective"), .ranks = servers * gpus})
            .runs.front();
    held.rows =
        predicted(cell("preset"), servers, gpus, "physics", cell("profile"), run, cell("settings"));
    held.nccl =
        predicted(cell("preset"), servers, gpus, "nccl", cell("profile"), run, cell("settings"));
  }
  return tables;
}

std::vector<ValidationRow> pooled(const std::vector<HeldOut>& tables, std::string_view group) {
  std::vector<ValidationRow> rows;
  for (const HeldOut& table : tables) {
    if (!group.empty() && table.group != group) continue;
    rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  }
  return rows;
}

}  // namespace commsim::measured
