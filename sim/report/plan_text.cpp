#include <fmt/format.h>

#include <algorithm>

#include "core/quantity_text.hpp"
#include "sim/plan/plan_alternatives.hpp"
#include "sim/report/plan_report.hpp"
#include "sim/report/plan_table.hpp"
#include "sim/report/text_table.hpp"

namespace commsim::plan_text {
namespace {

class Text {
 public:
  Text(std::ostream& out, const PlanFindings& findings)
      : out_(out), f_(findings), plan_(*findings.plan), spec_(plan_.spec()) {}

  void write() {
    out_ << plan_.set.name << "\n";
    if (f_.outcome.ranked.empty()) {
      out_ << "no choice keeps the limits\n";
    } else {
      write_plan_table(out_, "best first", plan_, first_rows());
      if (spec_.prices.any() && f_.outcome.front.size() > 1) {
        write_plan_table(out_, "\nnone is both faster and cheaper than one of these", plan_,
                         f_.outcome.front);
      }
      reasons();
    }
    refused();
    if (f_.answer) question();
    const auto notes = plan_notes(f_);
    if (!notes.empty()) out_ << '\n';
    for (const std::string& note : notes) out_ << "note: " << note << '\n';
    if (!f_.outcome.complete) out_ << "\ninterrupted: what is above is of the finished part\n";
  }

 private:
  [[nodiscard]] std::vector<PlanCandidate> first_rows() const {
    const auto count =
        std::min<std::size_t>(f_.outcome.ranked.size(), static_cast<std::size_t>(spec_.rows));
    return {f_.outcome.ranked.begin(),
            f_.outcome.ranked.begin() + static_cast<std::ptrdiff_t>(count)};
  }
  [[nodiscard]] const TrainingPoint& point(const PlanCandidate& candidate) const {
    return plan_.set.points[candidate.point];
  }

  // Why the first is first, what would make it better, and why the obvious others are not.
  void reasons() {
    const PlanCandidate& best = f_.outcome.ranked.front();
    out_ << fmt::format(
        "\n{} is best: {} of its step computing, {} exposed communication, {} bubble\n",
        choice_words(point(best).choices), percent_text(best.computing), percent_text(best.exposed),
        percent_text(best.bubble));
    for (std::size_t i = 0; i < std::min<std::size_t>(f_.gains.size(), 3); ++i) {
      const Alternative& gain = f_.gains[i];
      if (gain.time >= best.step) break;
      out_ << fmt::format("  {}: step {} ({})\n", gain.change, to_text(gain.time),
                          longer_text(best.step, gain.time));
    }
    others(best);
  }

  // The first of the ranked that are so; nullptr if none is.
  template <typename Condition>
  [[nodiscard]] const PlanCandidate* first(Condition holds) const {
    for (const PlanCandidate& candidate : f_.outcome.ranked) {
      if (holds(point(candidate))) return &candidate;
    }
    return nullptr;
  }
  void loses(const std::string& what, const PlanCandidate& other, const PlanCandidate& best,
             bool names_alternative = false) {
    const double worse = score(spec_.goal, other) / score(spec_.goal, best) - 1;
    // Whose choice it is has just been said, or matters.
    auto choices = point(other).choices;
    if (names_alternative) choices.erase(choices.begin());
    out_ << fmt::format("  {} loses {}{}: {} has {} computing, {} exposed, {} bubble\n", what,
                        percent_text(worse), names_alternative ? in_all(other) : "",
                        choice_words(choices), percent_text(other.computing),
                        percent_text(other.exposed), percent_text(other.bubble));
  }
  // For all tokens, as the table has it.
  [[nodiscard]] std::string in_all(const PlanCandidate& candidate) const {
    if (spec_.tokens <= 0) return {};
    std::string text = fmt::format(" ({:.1f} days", candidate.days(spec_.tokens));
    if (spec_.prices.any()) text += fmt::format(", {:.4g}", candidate.cost(spec_.tokens));
    return text + ")";
  }

  // For each list, the best with another value of it; of the other alternatives the best of each.
  void others(const PlanCandidate& best) {
    for (const auto& choice : point(best).choices) {
      const std::string& path = choice.first;
      const std::string& value = choice.second;
      if (path == kAlternativePath) {
        alternatives(best);
        continue;
      }
      const PlanCandidate* other = first([&](const TrainingPoint& candidate) {
        const std::string chosen = chosen_value(candidate, path);
        return chosen != value && chosen != "-";
      });
      if (other == nullptr) continue;
      loses(fmt::format("another {} than {}", short_key(path), value), *other, best);
    }
  }
  void alternatives(const PlanCandidate& best) {
    for (std::size_t document = 0; document < plan_.specs.size(); ++document) {
      if (document == point(best).document) continue;
      const std::string& name = plan_.specs[document].alternative;
      const PlanCandidate* other =
          first([&](const TrainingPoint& candidate) { return candidate.document == document; });
      if (other != nullptr) {
        loses("alternative " + name, *other, best, true);
      } else {
        out_ << fmt::format("  of alternative {} no choice {}\n", name,
                            f_.outcome.complete ? "is left" : "has been simulated yet");
      }
    }
  }

  void refused() {
    if (f_.outcome.refused.empty()) return;
    out_ << "\nleft out\n";
    for (const auto& [reason, count] : f_.outcome.refused) {
      const auto example = plan_.set.examples.find(reason);
      const std::string first = example == plan_.set.examples.end()
                                    ? ""
                                    : fmt::format(" (the first: {})", example->second);
      out_ << fmt::format("  {:>6}  {}{}\n", count, reason, first);
    }
  }

  void question() {
    const PlanAnswer& answer = *f_.answer;
    const PlanQuestion& asked = *spec_.find;
    if (!answer.value) {
      out_ << fmt::format("\nno {} of the {} tried from {} to {} keeps the limits\n", asked.key,
                          answer.attempts, asked.range.text(asked.range.least),
                          asked.range.text(asked.range.most));
      return;
    }
    out_ << fmt::format("\nthe {} {} that keeps the limits: {}, with a step of {}",
                        asked.wants_least ? "least" : "largest", asked.key, *answer.value,
                        to_text(answer.best->step));
    if (!f_.answered_by.empty()) out_ << fmt::format(" ({})", choice_words(f_.answered_by));
    out_ << (answer.fails ? fmt::format("; {} does not\n", *answer.fails)
                          : std::string("; all values asked about do\n"));
  }

  std::ostream& out_;
  const PlanFindings& f_;
  const Plan& plan_;
  const PlanSpec& spec_;
};

}  // namespace
}  // namespace commsim::plan_text

namespace commsim {

void write_plan_text(std::ostream& out, const PlanFindings& findings) {
  plan_text::Text(out, findings).write();
}

}  // namespace commsim
