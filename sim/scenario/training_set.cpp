#include "sim/scenario/training_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/random.hpp"
#include "sim/scenario/network_section.hpp"
#include "sim/scenario/point_reading.hpp"
#include "sim/scenario/profile_section.hpp"
#include "sim/scenario/step_codecs_section.hpp"
#include "sim/scenario/topology_section.hpp"
#include "sim/scenario/training_section.hpp"
#include "sim/workload/step/balance.hpp"
#include "sim/workload/updates/updates_run.hpp"

namespace commsim {

namespace {

class TrainingReader {
 public:
  TrainingReader(const ConfigDocument& document, const RunLimits* limits, Illegal illegal,
                 const MoreSections& more)
      : document_(document),
        limits_(limits),
        illegal_(illegal),
        more_(more),
        clusters_(set_.shared.clusters),
        networks_(set_.shared.static_routes),
        compressions_(set_.shared) {
    context_.directory = directory_of(document);
  }

  TrainingSet read() {
    read_points(document_, context_, [&](ConfigReader& root) { read_point(root); });
    set_.contents = context_.contents;
    return std::move(set_);
  }

 private:
  void read_point(ConfigReader& root) {
    set_.name = read_head(root, document_);
    TrainingPoint point;
    CollectiveRun& network = point.job.network;
    network.cluster = clusters_.read(root);
    network.limits = limits_;
    networks_.read(root, network);
    const Profile* profile = read_profile_section(root, set_.shared);
    ConfigReader section = root.section("training");
    read_training_section(section, point.job);
    read_step_codecs(root, section, compressions_, profile, point.job);
    if (!root.failed()) read_physics(section, profile, point.job);
    ConfigReader expect = root.section("expect");
    point.expect.time_at_least = expect.duration("time_at_least");
    point.expect.time_at_most = expect.duration("time_at_most");
    if (more_) more_(root);
    if (!context_.diagnostics.empty() || !is_legal(section, point.job)) return;
    point.choices = context_.sweep.choices();
    set_.points.push_back(std::move(point));
  }

  // Of calls whose algorithm it is.
  static void read_physics(ConfigReader& section, const Profile* profile, TrainingJob& job) {
    const StepChoices& choices = job.choices;
    const bool wanted = choices.other_algorithm == kByPhysics ||
                        std::ranges::any_of(choices.algorithms,
                                            [](const auto& of) { return of.second == kByPhysics; });
    job.physics_left = !wanted && profile != nullptr && profile->physics.has_value();
    if (!wanted) return;
    section.checked("algorithms", [&] {
      if (profile == nullptr) {
        throw RequestError("'physics' is what a file says that the key 'profile' names");
      }
      job.physics = &physics_of(*profile);
      return true;
    });
  }

  // What is to be balanced is, on the way.
  bool is_legal(ConfigReader& section, TrainingJob& job) {
    try {
      balance(job);
      require_legal(job);
      return true;
    } catch (const DoesNotFit& refusal) {
      if (illegal_ == Illegal::kIsAnError) section.error("", refusal.what());
      leave_out("does not fit into the memory of a GPU", refusal);
    } catch (const IllegalUpdates& refusal) {
      if (illegal_ == Illegal::kIsAnError) section.error("updates", refusal.what());
      leave_out("updates that the division does not allow", refusal);
    } catch (const RequestError& refusal) {
      if (illegal_ == Illegal::kIsAnError) section.error("parallel", refusal.what());
      leave_out("degrees that do not divide what they must", refusal);
    }
    return false;
  }

  void leave_out(const std::string& reason, const RequestError& example) {
    ++set_.refused[reason];
    set_.examples.try_emplace(reason, example.what());
  }

  const ConfigDocument& document_;
  const RunLimits* limits_;
  Illegal illegal_;
  const MoreSections& more_;
  ReadingContext context_;
  TrainingSet set_;
  TopologySection clusters_;
  NetworkSection networks_;
  CompressionSection compressions_;
};

}  // namespace

std::size_t TrainingSet::clusters() const {
  std::size_t all = shared.clusters.size();
  for (const ScenarioSet& other : shared_by_others) all += other.clusters.size();
  return all;
}

void append(TrainingSet& set, TrainingSet more) {
  if (set.points.size() + more.points.size() > kMostPoints) {
    throw RequestError(fmt::format("there are more than {} choices", kMostPoints));
  }
  set.name = std::move(more.name);
  for (TrainingPoint& point : more.points) {
    point.document = set.documents;
    set.points.push_back(std::move(point));
  }
  ++set.documents;
  set.shared_by_others.push_back(std::move(more.shared));
  for (const auto& [reason, count] : more.refused) set.refused[reason] += count;
  set.examples.merge(more.examples);
  set.contents = mix(set.contents ^ more.contents);
}

bool is_training(const ConfigDocument& document) {
  return document.root.kind == ConfigNode::Kind::kMap && document.root.find("training") != nullptr;
}

TrainingSet read_training(const ConfigDocument& document, const RunLimits* limits, Illegal illegal,
                          const MoreSections& more) {
  return TrainingReader(document, limits, illegal, more).read();
}

}  // namespace commsim
