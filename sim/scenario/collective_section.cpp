#include "sim/scenario/collective_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "sim/scenario/algorithm_parameters.hpp"
#include "sim/scenario/algorithm_word.hpp"
#include "sim/scenario/data_type.hpp"
#include "sim/scenario/profile_section.hpp"
#include "sim/workload/algorithm_choice.hpp"
#include "sim/workload/physics_model.hpp"
#include "sim/workload/profile_model.hpp"

namespace commsim {
namespace {

constexpr Bytes kLargestSize{std::int64_t{1} << 50U};  // 1 PiB

// Whether a size stands there. What is wrong with it is reported.
bool read_size(ConfigReader& section, CollectiveCall& call) {
  const auto type = section.word("dtype", data_type_names());
  if (type) call.element = element_size(*type);
  const auto size = section.bytes("size");
  call.size = size.value_or(call.element);
  if (call.size > kLargestSize) {
    section.error("size", fmt::format("{} is too large; the limit is {}", to_text(call.size),
                                      to_text(kLargestSize)));
    call.size = call.element;
  }
  if (call.size.count() % call.element.count() != 0) {
    section.error("size",
                  fmt::format("{} bytes are no whole number of {} elements of {} bytes",
                              call.size.count(), type.value_or("int8"), call.element.count()));
  }
  return section.raw("size") != nullptr;
}

// A size there must be, unless the collective has none or a matrix says it.
void check_size(ConfigReader& section, const Collective& kind, bool sized, CollectiveCall& call) {
  if (kind.kind == CollectiveKind::kBarrier) {
    if (sized) section.error("size", "a barrier has no size");
    call.size = Bytes{0};
  } else if (section.raw("matrix") != nullptr) {
    if (sized) section.error("size", "the matrix says how much is sent; leave out 'size'");
  } else if (!sized) {
    section.missing("size");
  }
}

void check_root(ConfigReader& section, const CollectiveCall& call, Rank ranks) {
  if (call.root < ranks) return;
  section.error("root", fmt::format("there is no rank {}; legal: 0 to {}", call.root, ranks - 1));
}

CollectiveCall with_layout(const CollectiveCall& call, const RankLayout& layout) {
  CollectiveCall whole = call;
  whole.layout = layout;
  return whole;
}

// Which parameters are legal the algorithm would tell; what no algorithm takes is unknown.
void know_all(ConfigReader& section) {
  know_all_parameters(section);
  section.raw("candidates");
}

// A matrix says what is to be sent, so that no algorithm may pass over it.
void refuse_unused_matrix(ConfigReader& section, const Algorithm& algorithm) {
  const bool takes = std::ranges::count(algorithm.parameters, "matrix") != 0;
  if (!takes && section.raw("matrix") != nullptr) throw RequestError("it takes no 'matrix'");
}

// Ranks that no server groups may be in any number of nodes: 0.
int nodes_of(const RankLayout& layout) {
  const auto servers = static_cast<int>(layout.servers.size());
  return servers == layout.ranks() ? 0 : servers;
}

// Whether the time comes from a model, so that nothing is simulated.
bool is_model(std::string_view name) {
  return name == kProfile || name == kNccl || name == kPhysics;
}

constexpr std::array<std::string_view, 1> kRoot{"root"};

// NCCL has gather and scatter, but no model of them.
bool is_rooted(CollectiveKind kind, std::string_view model) {
  if (kind == CollectiveKind::kBroadcast || kind == CollectiveKind::kReduce) {
    return model != kProfile;
  }
  return model == kPhysics && (kind == CollectiveKind::kGather || kind == CollectiveKind::kScatter);
}

bool is_word(const ConfigNode& node, std::string_view word) {
  return node.kind == ConfigNode::Kind::kScalar && node.scalar == word;
}

}  // namespace

bool CollectiveSection::read(ConfigReader& root, const RankLayout* layout, ScenarioPoint& point) {
  if (root.raw("collective") == nullptr) {
    root.missing("collective");
    return true;
  }
  NcclSection::know(root);
  ConfigReader section = root.section("collective");
  CollectiveCall& call = point.run.call;
  const bool sized = read_size(section, call);
  const auto* kind = section.named<Collective>("kind", "collective");
  if (kind == nullptr) section.missing("kind");
  if (kind != nullptr) check_size(section, *kind, sized, call);
  const ConfigNode* requested = section.raw("algorithm");
  if (requested == nullptr) section.missing("algorithm");
  if (kind == nullptr || requested == nullptr) {
    know_all(section);
    return true;
  }
  call.kind = kind->kind;
  point.requested = is_word(*requested, kAll) ? kAll : "";
  const auto name = algorithm(section, *kind);
  if (!name) {
    know_all(section);
    return true;
  }
  point.algorithm = *name;
  if (point.requested.empty()) point.requested = *name;
  if (is_model(*name)) return read_modelled(root, section, point);
  if (*name != kAuto) return read_named(section, layout, point);
  read_automatic(section, layout, point);
  return true;
}

// What `auto` and `all` may take: the list `candidates`, or whatever there is.
const std::vector<std::string>* CollectiveSection::candidates_of(ConfigReader& section,
                                                                 const Collective& kind) {
  const ConfigNode* list = section.raw("candidates");
  const auto [place, fresh] = home_->candidates.try_emplace(kind.kind);
  std::vector<std::string>& names = place->second;
  if (fresh && list == nullptr) {
    names = candidates(kind.kind, section.raw("schedule") != nullptr);
  } else if (fresh) {
    for (const ConfigNode& item : list->items) {
      try {
        find_algorithm(kind.kind, item.scalar);
        names.push_back(item.scalar);
      } catch (const RequestError& refusal) {
        section.error_at(item, "candidates", refusal.what());
      }
    }
    if (list->items.empty()) section.error("candidates", "expected a list of algorithms");
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  return names.empty() ? nullptr : &names;
}

// `all` as an axis of the sweep: its algorithm at this point.
const std::string* CollectiveSection::next_of_all(ConfigReader& section, const Collective& kind) {
  const auto* names = candidates_of(section, kind);
  if (names == nullptr) return nullptr;
  const auto [place, fresh] = all_.try_emplace(kind.kind);
  ConfigNode& list = place->second;
  if (fresh) {
    const Mark mark = section.raw("algorithm")->mark;
    list = {.kind = ConfigNode::Kind::kSequence, .mark = mark};
    for (const std::string& name : *names) {
      list.items.push_back({.kind = ConfigNode::Kind::kScalar, .mark = mark, .scalar = name});
    }
  }
  return &section.context().sweep.choose(list, section.path() + ".algorithm").scalar;
}

// The name at this point of the sweep, of an algorithm that there is, or `auto`.
std::optional<std::string> CollectiveSection::algorithm(ConfigReader& section,
                                                        const Collective& kind) {
  if (is_word(*section.raw("algorithm"), kAll)) {
    const std::string* next = next_of_all(section, kind);
    return next == nullptr ? std::nullopt : std::optional(*next);
  }
  auto name = section.text("algorithm");
  if (!name) return std::nullopt;
  if (*name == kAll) {
    section.error("algorithm", "'all' stands by itself and not in a list");
    return std::nullopt;
  }
  if (is_model(*name)) return name;
  if (*name == kAuto) return candidates_of(section, kind) == nullptr ? std::nullopt : name;
  const auto known =
      section.checked("algorithm", [&] { return &find_algorithm(kind.kind, *name); });
  return known ? name : std::nullopt;
}

// No algorithm runs, so that of the parameters only those are legal that say what is to be done.
bool CollectiveSection::read_modelled(ConfigReader& root, ConfigReader& section,
                                      ScenarioPoint& point) {
  const Cluster* cluster = point.run.cluster;
  if (point.algorithm != kNccl && point.profile == nullptr) {
    if (root.raw("profile") != nullptr) return true;  // and what is wrong with it is known
    section.error("algorithm", fmt::format("'{}' is what a file says that the key 'profile' names",
                                           point.algorithm));
    return true;
  }
  CollectiveCall& call = point.run.call;
  if (section.raw("matrix") != nullptr) {
    section.error("matrix",
                  fmt::format("'{}' knows no matrices; simulated algorithms do", point.algorithm));
  }
  if (is_rooted(call.kind, point.algorithm)) read_parameters(section, kRoot, call);
  const NcclSettings nccl = NcclSection::read(root);
  const std::string type = section.text("dtype").value_or("");
  if (cluster == nullptr || section.failed() || root.failed()) return true;
  check_root(section, call, cluster->layout.ranks());
  const auto model = section.checked("algorithm", [&] {
    if (point.algorithm == kProfile) return fitted(section, point);
    if (point.algorithm == kPhysics) return simulated(point);
    return nccl_.model(nccl, *cluster, call.kind, type);
  });
  point.model = model.value_or(nullptr);
  return true;
}

const TimeModel* CollectiveSection::fitted(ConfigReader& section, const ScenarioPoint& point) {
  const RankLayout& layout = point.run.cluster->layout;
  const ProfileTable& table =
      point.profile->table(collective(point.run.call.kind).name, layout.ranks(), nodes_of(layout),
                           section.text("dtype").value_or(""));
  const auto [place, fresh] = fitted_.try_emplace(&table);
  if (fresh) {
    home_->models.push_back(std::make_unique<ProfileModel>(*point.profile, table));
    place->second = home_->models.back().get();
  }
  return place->second;
}

const TimeModel* CollectiveSection::simulated(const ScenarioPoint& point) {
  const Physics& physics = physics_of(*point.profile);
  home_->models.push_back(std::make_unique<PhysicsModel>(point.run, point.profile->name, physics));
  return home_->models.back().get();
}

bool CollectiveSection::read_named(ConfigReader& section, const RankLayout* layout,
                                   ScenarioPoint& point) {
  CollectiveCall& call = point.run.call;
  point.run.algorithm = &find_algorithm(call.kind, point.algorithm);
  read_parameters(section, point.run.algorithm->parameters, call);
  if (layout == nullptr || section.failed()) return true;
  check_root(section, call, layout->ranks());
  return section.failed() || accepts(section, *layout, point);
}

// Whether the algorithm can be built. That it cannot is an error, unless it was not asked for by
// name.
bool CollectiveSection::accepts(ConfigReader& section, const RankLayout& layout,
                                const ScenarioPoint& point) {
  try {
    refuse_unused_matrix(section, *point.run.algorithm);
    point.run.algorithm->make(with_layout(point.run.call, layout));
    return true;
  } catch (const RequestError& refusal) {
    if (point.requested != kAll) {
      section.error("algorithm", refusal.what());
      return true;
    }
    RefusedAlgorithm skipped = refused_by(point.algorithm, refusal);
    if (seen_.emplace(skipped.algorithm, skipped.reason).second) {
      home_->skipped.push_back(std::move(skipped));
    }
    return false;
  } catch (const ConfigError& broken) {  // in the file that it interprets
    section.error("schedule", broken.what());
    return true;
  }
}

// The call keeps what any candidate takes; the run gives each what is its own.
void CollectiveSection::read_automatic(ConfigReader& section, const RankLayout* layout,
                                       ScenarioPoint& point) {
  CollectiveCall& call = point.run.call;
  std::vector<std::string_view> parameters;
  point.candidates = &home_->candidates.at(call.kind);
  for (const std::string& name : *point.candidates) {
    for (const std::string_view parameter : find_algorithm(call.kind, name).parameters) {
      if (std::ranges::count(parameters, parameter) == 0) parameters.push_back(parameter);
    }
  }
  read_parameters(section, parameters, call);
  if (layout == nullptr || section.failed()) return;
  check_root(section, call, layout->ranks());
  if (section.failed()) return;
  section.checked("algorithm", [&] {
    ensure_one_accepts(*point.candidates, with_layout(call, *layout));
    return true;
  });
}

}  // namespace commsim
