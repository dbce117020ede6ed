#include "sim/plan/plan_spec.hpp"

#include <set>

namespace commsim {

namespace {

constexpr double kGigabit = 1e9;

// Lists are choices in all sections but this one. Whether there was any.
bool refuse_lists(ConfigReader& root, const ConfigNode& node, const std::string& path) {
  if (node.kind == ConfigNode::Kind::kSequence) {
    root.error_at(node, path,
                  "lists are choices in all sections but this one, which says what is wanted; "
                  "prices and limits that belong to a choice stand in plan.alternatives");
    return true;
  }
  bool found = false;
  for (const auto& entry : node.map) {
    found = refuse_lists(root, entry.value, path + "." + entry.key) || found;
  }
  return found;
}

double amount(ConfigReader& section, std::string_view key, double otherwise = 0) {
  const auto number = section.number(key);
  if (!number) return otherwise;
  if (!(*number >= 0 && *number <= 1e15)) {
    section.error(key, "an amount of money or hours from 0 to 10^15");
    return otherwise;
  }
  return *number;
}

std::optional<double> limit(ConfigReader& section, std::string_view key) {
  const auto number = section.number(key);
  if (number && !(*number > 0)) section.error(key, "a limit is above 0");
  return number;
}

Prices read_prices(ConfigReader& plan) {
  ConfigReader own = plan.section("prices");
  Prices prices{.gpu_hour = amount(own, "gpu_hour"),
                .gpu = amount(own, "gpu"),
                .server = amount(own, "server"),
                .nic = amount(own, "nic"),
                .network_switch = amount(own, "switch"),
                .power_hour = amount(own, "power_hour")};
  prices.lifetime_hours = amount(own, "lifetime_hours", prices.lifetime_hours);
  if (prices.lifetime_hours <= 0) own.error("lifetime_hours", "a lifetime is above 0");
  ConfigReader gbps = own.section("gbps");
  for (const char* medium : {"network", "nvlink", "pcie", "link"}) {
    if (const double price = amount(gbps, medium); price > 0) prices.gbps[medium] = price;
  }
  if (gbps.raw("trunk") != nullptr) prices.trunk_gbps = amount(gbps, "trunk");
  return prices;
}

PlanLimits read_limits(ConfigReader& plan) {
  ConfigReader own = plan.section("limits");
  PlanLimits limits{.step = own.duration("step"),
                    .days = limit(own, "days"),
                    .budget = limit(own, "budget"),
                    .gpus = own.whole("gpus", {.least = 1, .most = 1 << 24}),
                    .price_per_hour = limit(own, "price_per_hour"),
                    .purchase = limit(own, "purchase")};
  if (const auto text = own.text("memory")) {
    limits.memory = own.checked("memory", [&] { return parsed_memory_limit(*text); });
  }
  return limits;
}

std::optional<PlanQuestion> read_question(ConfigReader& plan) {
  if (plan.raw("find") == nullptr) return std::nullopt;
  ConfigReader own = plan.section("find");
  PlanQuestion question;
  const auto key = own.text("key");
  const auto least = own.text("from");
  const auto most = own.text("to");
  if (!key) own.missing("key");
  if (!least) own.missing("from");
  if (!most) own.missing("to");
  question.key = key.value_or("");
  if (least && most) {
    try {
      question.range = range_of(*least, *most);
    } catch (const RequestError& error) {
      own.error("from", error.what());
    }
  }
  question.wants_least = own.word("wants", {"least", "largest"}).value_or("least") == "least";
  return question;
}

double price_of_gbps(const Prices& prices, const Topology& topology, const Link& link) {
  const bool trunk =
      is_network_switch(topology.device(link.from)) && is_network_switch(topology.device(link.to));
  if (trunk && prices.trunk_gbps) return *prices.trunk_gbps;
  const auto price = prices.gbps.find(topology.media()[link.medium]);
  return price == prices.gbps.end() ? 0 : price->second;
}

}  // namespace

PlanSpec read_plan_section(ConfigReader& root) {
  PlanSpec spec;
  ConfigReader plan = root.section("plan");
  if (const ConfigNode* node = root.raw("plan");
      node != nullptr && refuse_lists(root, *node, "plan")) {
    plan.read_all_keys();
    return spec;
  }
  spec.alternative = plan.text("alternative").value_or("");
  spec.goal = plan.word("goal", {"time", "cost"}).value_or("time") == "cost" ? PlanGoal::kCost
                                                                             : PlanGoal::kTime;
  spec.tokens = plan.number("tokens").value_or(0);
  if (!(spec.tokens >= 0 && spec.tokens <= 1e18)) plan.error("tokens", "from 0 to 10^18");
  spec.rows = plan.whole("rows", {.least = 1, .most = 10'000}).value_or(spec.rows);
  spec.prices = read_prices(plan);
  spec.limits = read_limits(plan);
  spec.find = read_question(plan);
  if (spec.goal == PlanGoal::kCost && !spec.prices.any()) {
    plan.error("goal", "costs need prices: gpu_hour, or gpu, server, nic, switch and gbps");
  }
  if ((spec.limits.budget || spec.limits.price_per_hour) && !spec.prices.any()) {
    plan.error("limits", "a budget or a price needs prices");
  }
  if (spec.limits.purchase && !spec.prices.buys()) {
    plan.error("limits",
               "purchase is what is spent on buying, which needs prices to buy: gpu, "
               "server, nic, switch or gbps");
  }
  if (spec.find && !spec.limits.any()) {
    plan.error("find", "without limits every value does; limits say what must be kept");
  }
  const bool whole = spec.limits.days || spec.limits.budget;
  if (whole && spec.tokens == 0) {
    plan.error("limits", "days and budget are for all tokens: tokens says how many");
  }
  return spec;
}

double purchase(const Prices& prices, const Topology& topology) {
  double bought = 0;
  std::set<std::int32_t> servers;
  for (const Device& device : topology.devices()) {
    if (device.kind == DeviceKind::kGpu) bought += prices.gpu;
    if (device.kind == DeviceKind::kNic) bought += prices.nic;
    if (is_network_switch(device)) bought += prices.network_switch;
    if (device.server >= 0) servers.insert(device.server);
  }
  bought += prices.server * static_cast<double>(servers.size());
  for (const Link& link : topology.links()) {
    const double gbps = link.bandwidth.bytes_per_second() * 8 / kGigabit;
    bought += price_of_gbps(prices, topology, link) * gbps / 2;  // a link is one way of a cable
  }
  return bought;
}

double price_per_hour(const Prices& prices, const Topology& topology, std::int64_t gpus) {
  const double power = prices.power_hour * static_cast<double>(topology.rank_count());
  return purchase(prices, topology) / prices.lifetime_hours + power +
         prices.gpu_hour * static_cast<double>(gpus);
}

}  // namespace commsim
