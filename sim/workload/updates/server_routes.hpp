// Which devices serve which shards, and how workers reach them.
#pragma once

#include "sim/workload/step/training_run.hpp"
#include "sim/workload/updates/server_system.hpp"

namespace commsim {

/// Server i of n stands on place i * places / n; places are the workers' GPUs, or the hosts of the
/// topology. Parameters are divided evenly; messages take the routes of the network's policy, and
/// queue unless its model is alpha_beta. REQUIRES: require_updates(job).
ServerSystem server_system(const TrainingJob& job);

/// How many servers there are: as many as the job asks for, or as there are places. Throws
/// RequestError if that is not possible.
std::int64_t server_count(const TrainingJob& job);

/// Bytes of an iteration of all workers, by class of link.
std::vector<MediumLoad> server_media(const ServerSystem& system, const Topology& topology);

}  // namespace commsim
