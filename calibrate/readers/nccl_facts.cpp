#include "calibrate/readers/nccl_facts.hpp"

#include <fmt/format.h>

#include <charconv>

#include "calibrate/readers/log_numbers.hpp"
#include "calibrate/readers/log_words.hpp"

namespace commsim::nccl_facts {
namespace {

// The word after the one that is `name`, or nothing.
std::string_view after(const std::vector<Word>& words, std::string_view name) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i].text == name) return words[i + 1].text;
  }
  return {};
}

// "2.18.5+cuda12.2" is 2.18.5.
std::string_view dotted(std::string_view word) {
  const auto end = word.find_first_not_of("0123456789.");
  return word.substr(0, end);
}

}  // namespace
}  // namespace commsim::nccl_facts

namespace commsim {

std::string nccl_version_text(int code) {
  if (code <= 0) return {};
  const int scale = code < 10000 ? 1000 : 10000;
  return fmt::format("{}.{}.{}", code / scale, code % scale / 100, code % 100);
}

bool is_wrong(double printed, bool count, std::string_view dtype) {
  if (count) return printed > 0;
  if (dtype == "float") return printed > 1e-5;
  if (dtype == "double") return printed > 1e-12;
  if (dtype == "half" || dtype == "bfloat16") return printed > 1e-2;
  return printed > 0;
}

void NcclFacts::line(const std::vector<Word>& words) {
  constexpr std::string_view kLibrary = "nccl-library=";
  if (!nccl_facts::after(words, "Rank").empty() && !nccl_facts::after(words, "device").empty()) {
    rank(words);
    return;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i].text;
    if (word.starts_with(kLibrary)) {
      int code = 0;
      const std::string_view digits = word.substr(kLibrary.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), code);
      version_ = nccl_version_text(code);
    } else if ((word == "NCCL" || word == "RCCL") && i + 2 < words.size() &&
               words[i + 1].text == "version") {
      const std::size_t at = words[i + 2].text == ":" && i + 3 < words.size() ? i + 3 : i + 2;
      const std::string_view number = nccl_facts::dotted(words[at].text);
      if (number.find('.') != std::string_view::npos) version_ = number;
    } else {
      program(word);
      setting(word);
    }
  }
}

void NcclFacts::program(std::string_view word) {
  const std::string_view name = program_of(word);
  if (!name.ends_with("_perf")) return;
  collective_ = collective_name(name);
  unknown_ = collective_.empty() ? std::string(name) : std::string();
}

void NcclFacts::setting(std::string_view word) {
  if (const auto at = word.find("NCCL_ALGO="); at != std::string_view::npos) {
    algorithm_ = word.substr(at + 10);
  }
  if (const auto at = word.find("NCCL_PROTO="); at != std::string_view::npos) {
    protocol_ = word.substr(at + 11);
  }
}

// "#  Rank  0 Group  0 Pid  4711 on host device  0 [0x07] NVIDIA A100"; no group in old versions.
void NcclFacts::rank(const std::vector<Word>& words) {
  if (used_) {
    hosts_.clear();
    ranks_.clear();
    group_.clear();
    device_.clear();
    lines_ = 0;
    used_ = false;
  }
  const std::string_view group = nccl_facts::after(words, "Group");
  if (lines_ == 0) group_ = group;
  if (group != group_) return;
  ++lines_;
  ranks_.emplace(nccl_facts::after(words, "Rank"));
  hosts_.emplace(nccl_facts::after(words, "on"));
  std::string name;
  bool after_bus = false;
  for (const Word& word : words) {
    if (after_bus) name += fmt::format("{}{}", name.empty() ? "" : " ", word.text);
    after_bus = after_bus || (word.text.front() == '[' && word.text.back() == ']');
  }
  if (device_.empty()) device_ = name;
}

MeasuredRun NcclFacts::table() {
  used_ = true;
  return {.collective = collective_,
          .ranks = every_rank_is_zero() ? 0 : static_cast<int>(ranks_.size()),
          .nodes = every_rank_is_zero() ? 0 : static_cast<int>(hosts_.size()),
          .algorithm = algorithm_,
          .protocol = protocol_,
          .version = version_,
          .device = device_,
          .rows = {}};
}

void NcclFacts::table_ended() {
  collective_.clear();
  unknown_.clear();
}

}  // namespace commsim
