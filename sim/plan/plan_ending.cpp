#include "sim/plan/plan_ending.hpp"

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <sstream>

#include "core/error.hpp"

namespace commsim {

template <typename Archive>
void save(Archive& archive, const PlanCandidate& known) {
  archive(known.point, known.step, known.gpus, known.per_second, known.per_hour, known.purchase,
          known.mfu, known.computing, known.exposed, known.bubble, known.memory.count(),
          known.bottleneck);
}
template <typename Archive>
void load(Archive& archive, PlanCandidate& known) {
  std::int64_t memory = 0;
  archive(known.point, known.step, known.gpus, known.per_second, known.per_hour, known.purchase,
          known.mfu, known.computing, known.exposed, known.bubble, memory, known.bottleneck);
  known.memory = Bytes{memory};
}

PlanEnding settled(const Plan& plan, std::size_t i) {
  const TrainingJob& job = plan.set.points[i].job;
  const Prices& prices = plan.spec_of(i).prices;
  const Topology& topology = job.network.cluster->topology;
  PlanEnding ending;
  try {
    ending.candidate = candidate_of(i, run_training(job, *plan.set.prices),
                                    price_per_hour(prices, topology, job.parallelism.ranks()));
    ending.candidate->purchase = purchase(prices, topology);
  } catch (const RequestError& refusal) {
    ending.refusal = refusal.what();
  }
  return ending;
}

std::string packed(const PlanEnding& ending) {
  std::ostringstream out;
  cereal::PortableBinaryOutputArchive archive(out);
  archive(ending.candidate, ending.refusal);
  return std::move(out).str();
}

PlanEnding unpacked_ending(const std::string& bytes) {
  std::istringstream in(bytes);
  cereal::PortableBinaryInputArchive archive(in);
  PlanEnding ending;
  archive(ending.candidate, ending.refusal);
  return ending;
}

}  // namespace commsim
