#include "sim/scenario/updates_section.hpp"

namespace commsim::updates_section {
namespace {

constexpr std::int64_t kMostIterations = 1'000'000;
constexpr std::int64_t kMostServers = 1 << 20;

void read_servers(ConfigReader& own, UpdateChoices& updates) {
  const auto mode =
      own.word("mode", {"synchronous", "stale", "asynchronous"}).value_or("synchronous");
  updates.mode = mode == "stale"          ? ServerMode::kStale
                 : mode == "asynchronous" ? ServerMode::kAsynchronous
                                          : ServerMode::kSynchronous;
  if (updates.mode == ServerMode::kStale) {
    updates.bound =
        own.whole("bound", {.least = 0, .most = kMostIterations}).value_or(updates.bound);
  }
  const auto placement = own.word("placement", {"colocated", "separate"}).value_or("colocated");
  updates.separate = placement == "separate";
  updates.servers = own.whole("servers", {.least = 1, .most = kMostServers}).value_or(0);
  updates.apply = own.bandwidth("apply");
}

}  // namespace
}  // namespace commsim::updates_section

namespace commsim {

using namespace updates_section;

void read_updates(ConfigReader& section, UpdateChoices& updates) {
  ConfigReader own = section.section("updates");
  const auto kind =
      own.word("kind", {"all_reduce", "parameter_server", "local"}).value_or("all_reduce");
  updates.kind = kind == "parameter_server" ? UpdateKind::kParameterServer
                 : kind == "local"          ? UpdateKind::kLocal
                                            : UpdateKind::kAllReduce;
  if (updates.kind == UpdateKind::kParameterServer) read_servers(own, updates);
  if (updates.kind == UpdateKind::kLocal) {
    updates.local = own.whole("steps", {.least = 1, .most = kMostIterations}).value_or(8);
  }
  if (updates.kind != UpdateKind::kAllReduce) {
    updates.iterations =
        own.whole("iterations", {.least = 1, .most = kMostIterations}).value_or(updates.iterations);
  }
}

}  // namespace commsim
