#include "sim/scenario/gpu_section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "sim/workload/cluster.hpp"
#include "sim/workload/training/measured_products.hpp"

namespace commsim::gpu_section {
namespace {

constexpr std::int64_t kMostGpus = 1 << 24;
constexpr std::size_t kMostGroups = 10'000;

// A table in place of the curve that a GPU brings with it.
void read_profile(ConfigReader& own, Roofline& roofline) {
  const auto file = own.file("profile");
  if (!file) return;
  own.checked("profile", [&] {
    ComputeEfficiency& curves = roofline.efficiency;
    curves.measured = measured_products(read_product_table(*file), *roofline.gpu);
    curves.source = fmt::format("products measured: {}; {}", file->name, curves.source);
    return true;
  });
  const auto& measured = roofline.efficiency.measured;
  const NumberFormat format = roofline.precision.compute;
  if (measured.empty() || measured.contains(format)) return;
  std::vector<std::string_view> legal;
  legal.reserve(measured.size());
  for (const auto& [other, curve] : measured) legal.push_back(to_text(other));
  own.error("profile", fmt::format("it has no products of {}, in which this job computes (it has "
                                   "{})",
                                   to_text(format), fmt::join(legal, ", ")));
}

void read_efficiency(ConfigReader& section, Roofline& roofline) {
  ConfigReader own = section.section("efficiency");
  ComputeEfficiency& curves = roofline.efficiency;
  std::vector<std::string_view> told;
  const auto half_work = own.number("half");
  const auto products = own.number("products");
  if (half_work && !products) own.error("half", "it belongs to 'products', which is not there");
  if (products) {
    told.emplace_back("products");
    own.checked("products", [&] {
      const double half = half_work.value_or(0);
      curves.product = half == 0 ? EfficiencyCurve::constant(*products)
                                 : EfficiencyCurve::saturating(*products, half);
      return true;
    });
  }
  if (const auto memory = own.number("memory")) {
    told.emplace_back("memory");
    own.checked("memory", [&] {
      curves.memory = EfficiencyCurve::constant(*memory);
      return true;
    });
  }
  if (const auto attention = own.number("attention")) {
    told.emplace_back("attention");
    own.checked("attention", [&] {
      curves.attention = EfficiencyCurve::constant(*attention);
      return true;
    });
  }
  read_profile(own, roofline);
  if (const auto scale = own.number("scale")) {
    told.emplace_back("scale");
    own.checked("scale", [&] {
      curves.product = curves.product.scaled(*scale);
      for (auto& [format, curve] : curves.measured) curve = curve.scaled(*scale);
      return true;
    });
  }
  if (told.empty()) return;
  curves.source = fmt::format("{} as the file says; else {}", fmt::join(told, ", "), curves.source);
}

// nullopt: wrong, and reported. What a group does not say `around` it does.
std::optional<Roofline> read_gpu(ConfigReader& section, const Precision& precision,
                                 ConfigReader* around) {
  const Gpu* const gpu = section.named<Gpu>("gpu", "GPU");
  if (gpu == nullptr) section.missing("gpu");
  if (gpu == nullptr) return std::nullopt;
  section.checked("gpu", [&] { return peak_flops(*gpu, precision.compute); });
  Roofline roofline{
      .gpu = gpu, .efficiency = efficiency_of(*gpu, precision.compute), .precision = precision};
  const bool own = around == nullptr || section.raw("efficiency") != nullptr;
  read_efficiency(own ? section : *around, roofline);
  return roofline;
}

// A table is of one GPU.
void refuse_one_profile(ConfigReader& section, const GpuFleet& gpus) {
  if (!gpus.mixed()) return;
  ConfigReader efficiency = section.section("efficiency");
  if (efficiency.raw("profile") == nullptr) return;
  efficiency.error("profile",
                   "it is of one type of GPU, and there are several; legal in each group of gpus");
}

void read_groups(ConfigReader& section, const ConfigNode& list, TrainingJob& job) {
  if (section.raw("gpu") != nullptr) {
    section.error("gpus", "they stand in place of gpu, which is there as well");
  }
  if (list.kind != ConfigNode::Kind::kSequence || list.items.empty() ||
      list.items.size() > kMostGroups) {
    return section.error("gpus", fmt::format("expected a list of 1 to {} groups, such as [{{gpu: "
                                             "a100_80gb, count: 8}}]",
                                             kMostGroups));
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    ConfigReader group(list.items[i], fmt::format("{}.gpus[{}]", section.path(), i),
                       section.context());
    const auto roofline = read_gpu(group, job.parallelism.precision, &section);
    const auto count = group.whole("count", {.least = 1, .most = kMostGpus});
    if (!count) group.missing("count");
    if (roofline) job.gpus.add(*roofline, count.value_or(1));
  }
  refuse_one_profile(section, job.gpus);
}

}  // namespace
}  // namespace commsim::gpu_section

namespace commsim {

void read_gpus(ConfigReader& section, TrainingJob& job) {
  using namespace gpu_section;
  if (const ConfigNode* const list = section.raw("gpus")) {
    return read_groups(section, *list, job);
  }
  if (const auto all = read_gpu(section, job.parallelism.precision, nullptr)) {
    job.gpus = GpuFleet(*all);
  }
}

void require_gpus(ConfigReader& section, const TrainingJob& job) {
  if (section.failed() || job.gpus.groups().empty() || job.network.cluster == nullptr) return;
  const Parallelism& p = job.parallelism;
  const Int128 taken = Int128{p.data} * p.tensor * p.pipeline * p.context;
  const Rank have = job.network.cluster->topology.rank_count();
  const std::int64_t counted = job.gpus.ranks();
  if (counted == taken || counted == have) return;
  section.error("gpus",
                taken == have
                    ? fmt::format("the counts add up to {}, and the job has {} GPUs", counted, have)
                    : fmt::format("the counts add up to {}; legal: {}, which the topology "
                                  "has, or as many as the degrees take",
                                  counted, have));
}

}  // namespace commsim
