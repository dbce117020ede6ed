#include "sim/report/record.hpp"

namespace commsim {
namespace {

template <typename T>
nlohmann::ordered_json or_null(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

// The parameters that the file gives; the others have their defaults.
nlohmann::ordered_json parameters(const CollectiveCall& call) {
  auto given = nlohmann::ordered_json::object();
  if (call.chunk) given["chunk"] = call.chunk->count();
  if (call.channels) given["channels"] = *call.channels;
  if (call.inner) given["inner"] = *call.inner;
  if (call.outer) given["outer"] = *call.outer;
  if (call.pattern) given["pattern"] = *call.pattern;
  if (call.root != 0) given["root"] = call.root;
  if (call.order) given["order"] = *call.order;
  if (!call.sides.empty()) given["sides"] = call.sides;
  if (!call.levels.empty()) given["levels"] = call.levels;
  if (call.servers) given["servers"] = *call.servers;
  if (!call.matrix.empty()) given["matrix"] = "given";
  if (call.schedule) given["schedule"] = call.schedule->name;
  return given;
}

// How the algorithm was chosen; nothing where the file names it.
void add_choice(const std::optional<AlgorithmChoice>& choice, nlohmann::ordered_json& row) {
  row["runner_up"] = nullptr;
  row["runner_up_time_s"] = nullptr;
  row["candidates"] = nlohmann::ordered_json::array();
  row["refused"] = nlohmann::ordered_json::array();
  if (!choice) return;
  if (choice->candidates.size() > 1) {
    row["runner_up"] = choice->candidates[1].change;
    row["runner_up_time_s"] = seconds(choice->candidates[1].time);
  }
  for (const Alternative& candidate : choice->candidates) {
    row["candidates"].push_back(
        {{"algorithm", candidate.change}, {"time_s", seconds(candidate.time)}});
  }
  for (const RefusedAlgorithm& refused : choice->refused) {
    row["refused"].push_back(refusal_record(refused));
  }
}

// What a library's own model considers, fastest first.
nlohmann::ordered_json estimates(const CollectiveResult& result) {
  auto all = nlohmann::ordered_json::array();
  for (const EstimatedWay& way : result.estimates) {
    all.push_back({{"algorithm", way.algorithm},
                   {"protocol", way.protocol},
                   {"channels", way.channels},
                   {"time_s", seconds(way.time)}});
  }
  return all;
}

// What the codecs did; null where nothing is compressed.
void add_coding(const CollectiveRun& run, const CollectiveResult& result,
                nlohmann::ordered_json& row) {
  const auto add = [&](const char* key, auto value) {
    row[key] = result.coded ? nlohmann::ordered_json(value()) : nlohmann::ordered_json(nullptr);
  };
  const bool sums = result.coded && collective(run.call.kind).reduces;
  row["codec_exchange"] = sums ? nlohmann::ordered_json(name_of(run.compression->coding.exchange))
                               : nlohmann::ordered_json(nullptr);
  add("codec_tensor", [&] { return run.compression->tensor; });
  add("codec_speeds", [&] { return run.compression->speeds; });
  add("codec_ratio", [&] { return result.coded->ratio; });
  add("codec_error", [&] { return run.compression->error; });
  add("encode_s", [&] { return seconds(result.coded->coding.encode); });
  add("decode_s", [&] { return seconds(result.coded->coding.decode); });
  add("exposed_s", [&] { return seconds(result.coded->exposed); });
  add("speedup", [&] { return result.coded->speed_up(result.time); });
  add("feedback_bytes", [&] { return result.coded->feedback.count(); });
}

}  // namespace

nlohmann::ordered_json refusal_record(const RefusedAlgorithm& refused) {
  return {{"algorithm", refused.algorithm}, {"reason", refused.reason}};
}

nlohmann::ordered_json record(const ScenarioPoint& point, const CollectiveResult& result) {
  const CollectiveRun& run = point.run;
  nlohmann::ordered_json row;
  row["collective"] = collective(run.call.kind).name;
  row["algorithm"] = point.algorithm;
  row["network"] = network_name(point);
  row["routing"] = run.routing->name;
  row["seed"] = run.seed;
  row["compression"] = run.compression == nullptr ? "none" : run.compression->name;
  row["ranks"] = run.cluster->topology.rank_count();
  row["bytes"] = run.call.size.count();
  row["time_s"] = seconds(result.time);
  row["algbw_Bps"] = result.algbw;
  row["busbw_Bps"] = result.busbw;
  row["bound_s"] = seconds(result.bound.time);
  row["bound_reason"] = result.bound.reason;
  row["messages"] = result.messages;
  row["events"] = result.events;
  row["bytes_sent"] = result.sent.count();
  row["bottleneck"] = result.bottleneck ? nlohmann::ordered_json(result.bottleneck->name)
                                        : nlohmann::ordered_json(nullptr);
  row["bottleneck_busy_s"] = result.bottleneck ? seconds(result.bottleneck->busy) : 0.0;
  row["critical_transfer_s"] = seconds(result.critical_path.transfer);
  row["critical_latency_s"] = seconds(result.critical_path.latency);
  row["critical_compute_s"] = seconds(result.critical_path.compute);
  row["critical_codec_s"] = result.coded ? seconds(result.critical_path.compute) : 0.0;
  row["critical_waiting_s"] = seconds(result.waiting);
  std::optional<double> measured;
  if (point.measured != nullptr) {
    if (const auto time = point.measured->time(run.call.size)) measured = seconds(*time);
  }
  row["measured_s"] = or_null(measured);
  row["error"] = or_null(error_to_measured(point, result));
  row["parameters"] = parameters(run.call);
  row["sweep"] = nlohmann::ordered_json::object();
  for (const auto& [path, value] : point.choices) row["sweep"][path] = value;
  row["link_bytes"] = nlohmann::ordered_json::object();
  for (const MediumLoad& load : result.media) row["link_bytes"][load.medium] = load.bytes.count();
  row["warnings"] = result.warnings;
  row["unmet"] = unmet(point, result);
  row["requested"] = point.requested;
  add_choice(point.choice, row);
  const auto likely = [&](Duration TimeRange::*end) {
    return result.likely ? nlohmann::ordered_json(seconds((*result.likely).*end)) : nullptr;
  };
  row["likely_least_s"] = likely(&TimeRange::least);
  row["likely_most_s"] = likely(&TimeRange::most);
  row["connections"] = run.routing->connects ? nlohmann::ordered_json(run.connections)
                                             : nlohmann::ordered_json(nullptr);
  row["simulated"] = point.model == nullptr;
  row["estimates"] = estimates(result);
  add_coding(run, result, row);
  const bool told = result.classes > 0;
  row["method"] = told ? nlohmann::ordered_json(name_of(result.method)) : nullptr;
  row["classes"] = told ? nlohmann::ordered_json(result.classes) : nullptr;
  return row;
}

std::string dumped(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace commsim
