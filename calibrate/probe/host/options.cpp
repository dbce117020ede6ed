#include "calibrate/probe/host/options.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/sizes.hpp"
#include "calibrate/probe/host/suites.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe {
namespace {

std::string known_suites() {
  std::string names;
  for (const Suite& suite : suites()) names += (names.empty() ? "" : ", ") + suite.name;
  return names;
}

std::string suite_name(const std::string& text) {
  for (const Suite& suite : suites()) {
    if (suite.name == text) return text;
  }
  throw std::invalid_argument("there is no suite '" + text + "', but " + known_suites());
}

std::string known_types() {
  std::string names;
  for (const std::string& type : data_types()) names += (names.empty() ? "" : ", ") + type;
  return names;
}

std::string type_name(const std::string& text) {
  const auto& known = data_types();
  if (std::find(known.begin(), known.end(), text) != known.end()) return text;
  throw std::invalid_argument("there is no type '" + text + "', but " + known_types());
}

std::uint64_t whole(const std::string& text, std::uint64_t least, std::uint64_t most) {
  const std::uint64_t value = parse_count(text);
  if (value >= least && value <= most) return value;
  throw std::invalid_argument("'" + text + "' is not between " + std::to_string(least) + " and " +
                              std::to_string(most));
}

double seconds(const std::string& text) {
  constexpr double kMost = 86400;
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == text.size() && used > 0 && std::isfinite(value) && value > 0 && value <= kMost) {
    return value;
  }
  throw std::invalid_argument("'" + text + "' is no number of seconds between 0 and a day");
}

using Take = std::function<void(Options&, const std::string&)>;

const std::map<std::string, Take>& takers() {
  static const std::map<std::string, Take> all = {
      {"--out", [](Options& o, const std::string& text) { o.out = text; }},
      {"--suite", [](Options& o, const std::string& text) { o.suites.insert(suite_name(text)); }},
      {"--dtype", [](Options& o, const std::string& text) { o.types.insert(type_name(text)); }},
      {"--min", [](Options& o, const std::string& text) { o.least = parse_size(text); }},
      {"--max", [](Options& o, const std::string& text) { o.most = parse_size(text); }},
      {"--repeats",
       [](Options& o, const std::string& text) {
         o.sampler.most_repeats = static_cast<int>(whole(text, 2, 1000000));
         o.sampler.least_repeats = std::min(o.sampler.least_repeats, o.sampler.most_repeats);
       }},
      {"--seconds", [](Options& o, const std::string& text) { o.sampler.seconds = seconds(text); }},
      {"--hang", [](Options& o, const std::string& text) { o.hang_seconds = seconds(text); }},
      {"--seed", [](Options& o, const std::string& text) { o.seed = whole(text, 0, UINT32_MAX); }},
      {"--ranks-per-gpu",
       [](Options& o, const std::string& text) {
         o.ranks_per_gpu = static_cast<int>(whole(text, 1, 8));
       }},
      {"--child",
       [](Options& o, const std::string& text) {
         const auto parts = split(text, '/');
         o.child = true;
         o.ranks = static_cast<int>(whole(parts.back(), 1, 1024));
         o.rank =
             static_cast<int>(whole(parts.front(), 0, static_cast<std::uint64_t>(o.ranks) - 1));
       }},
  };
  return all;
}

bool* flag_of(Options& options, const std::string& name) {
  if (name == "--list") return &options.list;
  if (name == "--help" || name == "-h") return &options.help;
  return name == "--collnet" ? &options.collnet : nullptr;
}

void check_whole(const Options& options) {
  if (options.least > options.most) throw UsageError("--min is more than --max");
  if (options.out.empty()) throw UsageError("--out: the name of a folder is empty");
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (bool* flag = flag_of(options, name); flag != nullptr) {
      *flag = true;
      continue;
    }
    const auto taker = takers().find(name);
    if (taker == takers().end()) throw UsageError("there is no option '" + name + "'; see --help");
    // Several suites or types may follow one option.
    std::size_t values = 0;
    while (i + 1 < arguments.size() && arguments[i + 1].rfind("--", 0) != 0 &&
           (values == 0 || name == "--suite" || name == "--dtype")) {
      try {
        taker->second(options, arguments[++i]);
      } catch (const std::invalid_argument& refusal) {
        throw UsageError(name + ": " + refusal.what());
      }
      ++values;
    }
    if (values == 0) throw UsageError(name + " needs a value");
  }
  check_whole(options);
  if (options.suites.empty()) {
    for (const Suite& suite : suites()) options.suites.insert(suite.name);
  }
  if (options.types.empty()) options.types.insert("float32");
  return options;
}

std::vector<std::string> child_arguments(const Options& options, int rank, int ranks) {
  return {"--child",         std::to_string(rank) + "/" + std::to_string(ranks),
          "--repeats",       std::to_string(options.sampler.most_repeats),
          "--seconds",       std::to_string(options.sampler.seconds),
          "--seed",          std::to_string(options.seed),
          "--ranks-per-gpu", std::to_string(options.ranks_per_gpu)};
}

std::string usage() {
  return "commsim_probe measures the GPUs of this machine.\n"
         "  --out DIR          where results go, and where a run is taken up again (probe)\n"
         "  --suite NAME...    " +
         known_suites() +
         " (all)\n"
         "  --dtype TYPE...    of collectives: " +
         known_types() +
         " (float32)\n"
         "  --min, --max SIZE  of what is copied or sent (8, 8G)\n"
         "  --repeats N        of each case, at most (200)\n"
         "  --seconds S        for each case, at most, beside its preparation (1)\n"
         "  --hang S           a case that takes longer is killed (a minute and more, by size)\n"
         "  --seed N           of the data (1)\n"
         "  --ranks-per-gpu N  several ranks share a GPU: a test of the probe, of no link (1)\n"
         "  --collnet          force NCCL's CollNet, too, which needs a plug-in of the network\n"
         "  --list             the suites, and what they lack here\n"
         "Exit codes: 0 done, 2 asked for what cannot be, 3 no GPU, a full disk or no result.\n";
}

}  // namespace commsim::probe
