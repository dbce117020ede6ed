#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/report/filter_program.hpp"
#include "sim/report/plan_report.hpp"

namespace commsim::plan_picture_file {
namespace {

constexpr double kBillion = 1e9;

// A name in a gnuplot program, within double quotes.
std::string quoted(const std::string& text) {
  std::string safe;
  for (const char c : text) safe += c == '"' || c == '\\' || c == '\n' ? ' ' : c;
  return '"' + safe + '"';
}

// A block of data: time against cost, both for as many tokens as the plan is about.
std::string block(std::string_view name, const PlanFindings& findings,
                  const std::vector<PlanCandidate>& candidates) {
  const double tokens = findings.plan->spec().tokens > 0 ? findings.plan->spec().tokens : kBillion;
  std::string text = fmt::format("${} << END\n", name);
  for (const PlanCandidate& candidate : candidates) {
    text += fmt::format("{:.6g} {:.6g}\n", candidate.days(tokens),
                        findings.plan->spec().prices.any() ? candidate.cost(tokens)
                                                           : static_cast<double>(candidate.gpus));
  }
  return text + "END\n";
}

std::string program_of(const PlanFindings& findings) {
  const bool priced = findings.plan->spec().prices.any();
  const std::string of = findings.plan->spec().tokens > 0
                             ? fmt::format("of {:.3g} tokens", findings.plan->spec().tokens)
                             : std::string("of 10^9 tokens");
  std::string program =
      "set terminal svg size 760,400 font 'sans-serif,12' background '#ffffff' noenhanced\n"
      "set grid\nset key top right\nset logscale xy\n";
  program += fmt::format("set title {}\n", quoted(findings.plan->set.name));
  program += fmt::format("set xlabel 'days {}'\nset ylabel '{}'\n", of,
                         priced ? "cost " + of : std::string("GPUs"));
  program += block("all", findings, findings.outcome.ranked);
  program += block("front", findings, findings.outcome.front);
  program += block("best", findings, {findings.outcome.ranked.front()});
  program +=
      "plot $all with points pt 7 ps 0.4 lc rgb '#999999' title 'choices that keep the limits', "
      "$front with linespoints pt 7 ps 0.7 lw 2 lc rgb '#1f77b4' title 'none is faster and "
      "cheaper', $best with points pt 3 ps 1.4 lw 2 lc rgb '#d62728' title 'best'\n";
  return program;
}

}  // namespace
}  // namespace commsim::plan_picture_file

namespace commsim {

std::string plan_picture(const PlanFindings& findings) {
  if (findings.outcome.ranked.empty()) {
    throw RequestError("--svg has nothing to draw: no choice keeps the limits");
  }
  FilterResult filter = run_filter({"gnuplot"}, plan_picture_file::program_of(findings));
  if (filter.end.well()) return std::move(filter.out);
  throw MachineError(
      fmt::format("--svg needs gnuplot (Debian package gnuplot-nox), which ended with {}: {}",
                  filter.end.text(), filter.complaints));
}

}  // namespace commsim
