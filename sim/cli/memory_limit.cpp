#include "sim/cli/memory_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace commsim::memory_limit {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kUnlimited = INT64_MAX;

// The number behind `key` in a file such as /proc/meminfo.
std::optional<std::int64_t> field(const fs::path& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return std::stoll(line.substr(key.size()));
  }
  return std::nullopt;
}

std::optional<Bytes> kibibytes(const char* file, const std::string& key) {
  const auto found = field(file, key);
  return found ? std::optional(*found * 1_KiB) : std::nullopt;
}

std::optional<std::int64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::int64_t number = 0;
  if (in >> number) return number;
  return std::nullopt;  // no such file, or "max"
}

// What the group of processes that this one belongs to has left, and the groups around it. Pages of
// files are given up when memory is short, so that they do not count.
std::int64_t left_in_groups() {
  std::ifstream in("/proc/self/cgroup");
  std::int64_t left = kUnlimited;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("0::/")) continue;
    const fs::path root = "/sys/fs/cgroup";
    for (fs::path group = line.substr(4);; group = group.parent_path()) {
      const auto most = number_in(root / group / "memory.max");
      const auto taken = field(root / group / "memory.stat", "anon ");
      if (most && taken) left = std::min(left, std::max<std::int64_t>(0, *most - *taken));
      if (group.empty()) break;
    }
  }
  return left;
}

}  // namespace
}  // namespace commsim::memory_limit

namespace commsim {

Bytes free_memory() {
  using namespace memory_limit;
  const Bytes machine = kibibytes("/proc/meminfo", "MemAvailable:").value_or(Bytes{kUnlimited});
  return std::min(machine, Bytes{left_in_groups()});
}

void limit_memory(Bytes most) {
  using namespace memory_limit;
  const auto there = kibibytes("/proc/meminfo", "MemTotal:");
  const auto mapped = kibibytes("/proc/self/status", "VmData:");
  if (there && mapped && *mapped > *there) return;
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_max, static_cast<rlim_t>(most.count()));
  setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace commsim
