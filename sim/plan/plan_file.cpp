#include "sim/plan/plan_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "core/diagnostics.hpp"
#include "sim/plan/plan_alternatives.hpp"
#include "sim/scenario/config_path.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::plan_file {
namespace {

using Choices = std::vector<std::pair<std::string, std::string>>;

// What is wrong, and in which alternatives.
class Mistakes {
 public:
  void add(const ConfigError& error, const std::string& alternative) {
    for (const Diagnostic& one : error.diagnostics()) found_[one].push_back(alternative);
  }
  void throw_if_any(const ConfigDocument& document, std::size_t alternatives) const {
    std::vector<Diagnostic> all;
    for (const auto& [mistake, names] : found_) {
      Diagnostic& told = all.emplace_back(mistake);
      if (names.size() < alternatives) {
        told.text += fmt::format(" (alternative {})", fmt::join(names, ", "));
      }
    }
    if (!all.empty()) throw ConfigError(document.sources, std::move(all));
  }

 private:
  std::map<Diagnostic, std::vector<std::string>> found_;
};

// All lists of the points, each once, in the order in which they were read.
std::vector<std::string> paths_of(const TrainingSet& set) {
  std::vector<std::string> paths;
  for (const TrainingPoint& point : set.points) {
    for (const auto& [path, value] : point.choices) {
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    }
  }
  return paths;
}

// What a list of another alternative has in this one's place.
std::string value_at(const ConfigDocument& document, const std::string& path) {
  const ConfigNode* const node = node_at(document.root, path);
  return node == nullptr || node->kind != ConfigNode::Kind::kScalar ? "" : flow_text(*node);
}

// The alternative comes first; then all points have the same keys, as far as their files do.
void complete_choices(TrainingSet& set, const std::vector<PlanAlternative>& alternatives) {
  const std::vector<std::string> paths = paths_of(set);
  for (TrainingPoint& point : set.points) {
    const PlanAlternative& own = alternatives[point.document];
    Choices all = {{kAlternativePath, own.name}};
    for (const std::string& path : paths) {
      const auto choice = std::find_if(point.choices.begin(), point.choices.end(),
                                       [&](const auto& one) { return one.first == path; });
      std::string value =
          choice != point.choices.end() ? choice->second : value_at(own.document, path);
      if (!value.empty()) all.emplace_back(path, std::move(value));
    }
    point.choices = std::move(all);
  }
}

void require_alike(const ConfigDocument& document, const Plan& plan) {
  const auto priced = [](const PlanSpec& spec) { return spec.prices.any(); };
  const auto without = std::find_if_not(plan.specs.begin(), plan.specs.end(), priced);
  if (without == plan.specs.end() || std::none_of(plan.specs.begin(), plan.specs.end(), priced)) {
    return;
  }
  const ConfigNode* const all = node_at(document.root, "plan.alternatives");
  throw ConfigError(document.sources, {{.mark = all->find(without->alternative)->mark,
                                        .path = "plan.alternatives." + without->alternative,
                                        .text = "it has no prices, and others have"}});
}

// What is wrong with a value that was put on top.
std::vector<Diagnostic> wrong_with(const ConfigDocument& document, const PlanQuestion& question,
                                   double value) {
  std::vector<Diagnostic> own;
  try {
    read_variation(document, question.key + "=" + question.range.text(value));
  } catch (const ConfigError& error) {
    const auto source = static_cast<int>(document.sources.size());
    std::copy_if(error.diagnostics().begin(), error.diagnostics().end(), std::back_inserter(own),
                 [&](const Diagnostic& one) { return one.mark.source == source; });
  }
  return own;
}

// An end of a range that would never be met, since values between are none either.
bool is_fraction(const std::vector<Diagnostic>& wrong) {
  return std::ranges::any_of(wrong, [](const Diagnostic& one) {
    return one.text.find("not a whole number") != std::string::npos;
  });
}

bool is_only_about(const ConfigError& error, int source) {
  return std::ranges::all_of(error.diagnostics(),
                             [&](const Diagnostic& one) { return one.mark.source == source; });
}

// `optional`: mistakes of this source alone leave an alternative without choices; -1: none do.
Plan read(const ConfigDocument& document, const RunLimits* limits, Illegal illegal, int optional) {
  const std::vector<PlanAlternative> alternatives = alternatives_of(document);
  Plan plan;
  Mistakes mistakes;
  std::optional<ConfigError> left_out;
  bool any = false;
  for (const PlanAlternative& alternative : alternatives) {
    PlanSpec& spec = plan.specs.emplace_back();
    try {
      append(plan.set, read_training(alternative.document, limits, illegal,
                                     [&](ConfigReader& root) { spec = read_plan_section(root); }));
      any = true;
    } catch (const ConfigError& error) {
      if (is_only_about(error, optional)) {
        left_out = error;
        append(plan.set, {});  // so that those behind it keep their numbers
      } else {
        mistakes.add(error, alternative.name);
      }
    }
  }
  mistakes.throw_if_any(document, alternatives.size());
  if (!any && left_out) throw ConfigError(*left_out);
  if (alternatives.size() > 1) {
    if (!left_out) require_alike(document, plan);
    complete_choices(plan.set, alternatives);
  }
  return plan;
}

}  // namespace
}  // namespace commsim::plan_file

namespace commsim {

using namespace plan_file;

Plan read_plan(const ConfigDocument& document, const RunLimits* limits, Illegal illegal) {
  return read(document, limits, illegal, -1);
}

Plan read_variation(ConfigDocument document, const std::string& assignment) {
  const auto source = static_cast<int>(document.sources.size());
  apply_override(document, assignment);
  return read(document, nullptr, Illegal::kIsLeftOut, source);
}

void require_answerable(const ConfigDocument& document, const PlanQuestion& question) {
  constexpr double kFew = 64;
  const PlanRange& range = question.range;
  const std::vector<Diagnostic> wrong = wrong_with(document, question, range.least);
  const std::vector<Diagnostic> wrong_at_most = wrong_with(document, question, range.most);
  const bool fraction = is_fraction(wrong) || is_fraction(wrong_at_most);
  if (!fraction && (wrong.empty() || wrong_at_most.empty())) return;
  if (range.whole && range.most - range.least < kFew) {
    for (double value = range.least + 1; value < range.most; ++value) {
      if (wrong_with(document, question, value).empty()) return;
    }
  }
  const Diagnostic& told = (wrong.empty() ? wrong_at_most : wrong).front();
  const ConfigNode* const key = node_at(document.root, "plan.find.key");
  throw ConfigError(document.sources, {{.mark = key == nullptr ? Mark{} : key->mark,
                                        .path = "plan.find.key",
                                        .text = fmt::format("{}: {}", told.path, told.text)}});
}

}  // namespace commsim
