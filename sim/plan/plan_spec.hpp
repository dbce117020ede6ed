// A plan file: a training scenario whose lists are choices, and a section `plan` with what is
// wanted of them.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/plan/plan_memory.hpp"
#include "sim/plan/plan_range.hpp"
#include "sim/scenario/training_set.hpp"

namespace commsim {

/// What makes one candidate better than another.
enum class PlanGoal : std::uint8_t {
  kTime,  ///< less time for a sample
  kCost,  ///< less money for a sample
};

/// Money, in whatever currency the file means.
struct Prices {
  double gpu_hour = 0;  ///< rented: a GPU for an hour, with all that belongs to it
  /// Bought: each GPU, server, NIC and switch, and each Gb/s of the links of a medium (both
  /// directions of a cable count once).
  double gpu = 0;
  double server = 0;
  double nic = 0;
  double network_switch = 0;
  std::map<std::string, double> gbps;
  /// Of cables between two switches of the network, whatever their medium; nothing: as of their
  /// medium.
  std::optional<double> trunk_gbps;
  double lifetime_hours = 35'040;  ///< over which what was bought is paid: four years
  double power_hour = 0;           ///< of a GPU and its share of all else, each hour

  /// Whether there is anything to buy.
  [[nodiscard]] bool buys() const {
    return gpu > 0 || server > 0 || nic > 0 || network_switch > 0 || !gbps.empty() ||
           trunk_gbps.value_or(0) > 0;
  }
  [[nodiscard]] bool any() const { return gpu_hour > 0 || power_hour > 0 || buys(); }
};

/// What a candidate must keep to.
struct PlanLimits {
  std::optional<Duration> step;          ///< the longest
  std::optional<double> days;            ///< for all tokens
  std::optional<double> budget;          ///< for all tokens
  std::optional<std::int64_t> gpus;      ///< the most
  std::optional<double> price_per_hour;  ///< the most
  std::optional<double> purchase;        ///< the most for what is bought, however long it is used
  std::optional<MemoryLimit> memory;     ///< of each GPU; nothing: all of it

  [[nodiscard]] bool any() const {
    return step || days || budget || gpus || price_per_hour || purchase || memory;
  }
};

/// "What is the least (or the largest) value of a key that still keeps the limits?"
struct PlanQuestion {
  std::string key;  ///< dotted, as --set takes it
  PlanRange range;
  bool wants_least = true;
};

struct PlanSpec {
  PlanGoal goal = PlanGoal::kTime;
  double tokens = 0;  ///< that the whole training takes (samples, if the model has no tokens); 0:
                      ///< no matter
  std::int64_t rows = 10;  ///< of the table
  Prices prices;
  PlanLimits limits;
  std::optional<PlanQuestion> find;
  std::string alternative;  ///< whose prices and limits these are; empty: there is one kind
};

/// The section's values. Errors are reported at their keys.
PlanSpec read_plan_section(ConfigReader& root);

/// What is paid for that cluster when it is bought.
double purchase(const Prices& prices, const Topology& topology);

/// What an hour of that cluster costs, for so many of its GPUs: rent, power, and its part of the
/// purchase.
double price_per_hour(const Prices& prices, const Topology& topology, std::int64_t gpus);

}  // namespace commsim
