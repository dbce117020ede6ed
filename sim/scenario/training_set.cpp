#include "sim/scenario/training_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/compression_section.hpp"
#include "sim/scenario/network_section.hpp"
#include "sim/scenario/point_reading.hpp"
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
    ConfigReader section = root.section("training");
    read_training_section(section, point.job);
    read_compression(root, point.job);
    ConfigReader expect = root.section("expect");
    point.expect.time_at_least = expect.duration("time_at_least");
    point.expect.time_at_most = expect.duration("time_at_most");
    if (more_) more_(root);
    if (!context_.diagnostics.empty() || !is_legal(section, point.job)) return;
    point.choices = context_.sweep.choices();
    set_.points.push_back(std::move(point));
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

  // Codecs are for the gradients that replicas sum.
  void read_compression(ConfigReader& root, TrainingJob& job) {
    ScenarioPoint gradients{.run = job.network};
    gradients.run.call.kind = CollectiveKind::kAllReduce;
    gradients.run.call.element = Bytes{job.parallelism.precision.gradient};
    gradients.run.call.size = std::max(job.choices.bucket, 1_MiB);
    compressions_.read(root, gradients);
    job.choices.compression = gradients.run.compression;
    if (job.choices.compression == nullptr) return;
    job.network.call.element = gradients.run.call.element;
    if (job.parallelism.zero != ZeroStage::kNone) {
      root.error("compression",
                 "codecs are for gradients that are summed whole; ZeRO reduces and "
                 "scatters them (training.parallel.zero: none)");
    }
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

bool is_training(const ConfigDocument& document) {
  return document.root.kind == ConfigNode::Kind::kMap && document.root.find("training") != nullptr;
}

TrainingSet read_training(const ConfigDocument& document, const RunLimits* limits, Illegal illegal,
                          const MoreSections& more) {
  return TrainingReader(document, limits, illegal, more).read();
}

}  // namespace commsim
