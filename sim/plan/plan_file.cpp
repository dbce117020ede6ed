#include "sim/plan/plan_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>

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

// What is wrong with the value that was put on top.
std::vector<Diagnostic> wrong_with(const ConfigDocument& document, const PlanQuestion& question,
                                   double value) {
  std::vector<Diagnostic> own;
  try {
    read_plan(with_value(document, question, question.range.text(value)));
  } catch (const ConfigError& error) {
    const auto source = static_cast<int>(document.sources.size());
    std::copy_if(error.diagnostics().begin(), error.diagnostics().end(), std::back_inserter(own),
                 [&](const Diagnostic& one) { return one.mark.source == source; });
  }
  return own;
}

}  // namespace
}  // namespace commsim::plan_file

namespace commsim {

using namespace plan_file;

Plan read_plan(const ConfigDocument& document, const RunLimits* limits, Illegal illegal) {
  const std::vector<PlanAlternative> alternatives = alternatives_of(document);
  Plan plan;
  Mistakes mistakes;
  for (const PlanAlternative& alternative : alternatives) {
    PlanSpec& spec = plan.specs.emplace_back();
    try {
      append(plan.set, read_training(alternative.document, limits, illegal,
                                     [&](ConfigReader& root) { spec = read_plan_section(root); }));
    } catch (const ConfigError& error) {
      mistakes.add(error, alternative.name);
    }
  }
  mistakes.throw_if_any(document, alternatives.size());
  if (alternatives.size() > 1) {
    require_alike(document, plan);
    complete_choices(plan.set, alternatives);
  }
  return plan;
}

ConfigDocument with_value(ConfigDocument document, const PlanQuestion& question,
                          const std::string& value) {
  apply_override(document, question.key + "=" + value);
  return document;
}

void require_answerable(const ConfigDocument& document, const PlanQuestion& question) {
  const PlanRange& range = question.range;
  const std::vector<Diagnostic> wrong = wrong_with(document, question, range.least);
  if (wrong.empty() || wrong_with(document, question, range.most).empty()) return;
  const ConfigNode* const key = node_at(document.root, "plan.find.key");
  throw ConfigError(document.sources,
                    {{.mark = key == nullptr ? Mark{} : key->mark,
                      .path = "plan.find.key",
                      .text = fmt::format("{}: {}", wrong.front().path, wrong.front().text)}});
}

}  // namespace commsim
