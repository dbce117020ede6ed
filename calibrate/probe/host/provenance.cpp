#include "calibrate/probe/host/provenance.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string>
#include <vector>

#include "calibrate/probe/host/nccl_choices.hpp"
#include "calibrate/probe/host/text.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the user

namespace commsim::probe {
namespace {

std::string quoted(const std::string& text) {
  constexpr std::array<char, 17> kDigits = {"0123456789abcdef"};
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < ' ') {
      out += std::string("\\u00") + kDigits.at(code / 16U) + kDigits.at(code % 16U);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string quoted(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ", ";
    out += quoted(text);
  }
  return out + "]";
}

class Object {
 public:
  void text(const std::string& name, const std::string& value) { raw(name, quoted(value)); }
  template <typename Number>
  void number(const std::string& name, Number value) {
    raw(name, std::to_string(value));
  }
  void raw(const std::string& name, const std::string& value) {
    body_ += (body_.empty() ? "\n  " : ",\n  ") + quoted(name) + ": " + value;
  }
  [[nodiscard]] std::string end() const { return "{" + body_ + "\n}\n"; }

 private:
  std::string body_;
};

std::string cuda_version(int number) {
  return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

std::string nccl_text(int code) {
  if (code == 0) return "";
  const int major = code >= 10000 ? code / 10000 : code / 1000;
  const int minor = code >= 10000 ? code / 100 % 100 : code / 100 % 10;
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(code % 100);
}

}  // namespace

std::string provenance_json(const Provenance& provenance, const Inventory& inventory,
                            const Clocks& clocks, const Options& options) {
  Object object;
  object.text("program", "commsim_probe");
  object.text("started_utc", provenance.started);
  object.text("updated_utc", provenance.updated);
  object.raw("finished", provenance.finished ? "true" : "false");
  object.text("host", provenance.host);
  object.raw("gpus", quoted(inventory.gpus));
  object.number("gpu_count", inventory.gpus.size());
  object.number("gpu_memory_bytes", inventory.memory);
  object.number("multiprocessors", inventory.multiprocessors);
  object.number("compute_capability", inventory.compute_capability);
  object.text("driver", inventory.driver);
  object.text("driver_cuda", cuda_version(inventory.driver_cuda));
  object.text("runtime_cuda", cuda_version(inventory.runtime_cuda));
  object.text("nccl", nccl_text(inventory.nccl));
  object.number("sm_clock_mhz", clocks.multiprocessor);
  object.number("memory_clock_mhz", clocks.memory);
  object.raw("suites",
             quoted(std::vector<std::string>(options.suites.begin(), options.suites.end())));
  object.raw("types", quoted(std::vector<std::string>(options.types.begin(), options.types.end())));
  object.number("min_bytes", options.least);
  object.number("max_bytes", options.most);
  object.number("most_repeats", options.sampler.most_repeats);
  object.raw("seconds_per_case", decimal(options.sampler.seconds));
  object.number("seed", options.seed);
  object.number("ranks_per_gpu", options.ranks_per_gpu);
  object.raw("environment", quoted(provenance.environment));
  object.number("cases", provenance.cases);
  object.number("measured", provenance.measured);
  object.number("failed", provenance.failed);
  return object.end();
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

std::vector<std::string> relevant_environment() {
  std::vector<std::string> found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (text.rfind("NCCL_", 0) == 0 || text.rfind("CUDA_", 0) == 0) found.push_back(text);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace commsim::probe
