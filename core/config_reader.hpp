// Reads one section (a map) of a configuration at one point of its sweep: typed values out, located
// diagnostics for everything that is wrong, and none of it stops the reading of the rest.
#pragma once

#include <concepts>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/config_node.hpp"
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "core/quantity_text.hpp"
#include "core/registry.hpp"
#include "core/sweep.hpp"
#include "core/text_file.hpp"

namespace commsim {

/// What the readers of all sections, at all points of the sweep, share.
struct ReadingContext {
  Sweep sweep;
  Diagnostics diagnostics;
  /// The keys that were asked for, of each map that was read; a key that nobody ever asked for is
  /// unknown. Kept over all points, since one point may use what another does not.
  std::map<const ConfigNode*, std::pair<std::string, std::set<std::string>>> asked;
  /// Where the file stands; the names of other files in it start from there.
  std::filesystem::path directory;
  /// Of the contents of the files that were named, so that two readings can be told apart.
  std::uint64_t contents = 0;

  /// Reports every key that no reader asked for, with the legal ones.
  void report_unknown_keys();
};

/// A legal range for whole numbers.
struct WholeRange {
  std::int64_t least = 1;
  std::int64_t most = INT64_MAX;
};

/// One section. After an error, values are legal stand-ins so that reading can go on; check
/// `failed()` before building anything from them.
class ConfigReader {
 public:
  ConfigReader(const ConfigNode& node, std::string path, ReadingContext& context);

  /// The value of `key`, or nothing if it is absent (or wrong, and reported).
  std::optional<Bytes> bytes(std::string_view key);
  std::optional<Bandwidth> bandwidth(std::string_view key);
  std::optional<Duration> duration(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::optional<std::int64_t> whole(std::string_view key, WholeRange legal);
  std::optional<std::string> text(std::string_view key);
  /// The name of something registered; reports unknown names with the nearest legal one.
  template <typename Entry>
  const Entry* named(std::string_view key, std::string_view kind) {
    const auto name = text(key);
    if (!name) return nullptr;
    return checked(key, [&] { return &Registry<Entry>::get(*name, kind); }).value_or(nullptr);
  }
  /// One of a few words.
  std::optional<std::string> word(std::string_view key, const std::vector<std::string>& legal);

  /// The content of the file that `key` names, relative to ReadingContext::directory.
  std::optional<TextFile> file(std::string_view key);

  /// The section under `key`; a missing one reads as an empty map.
  ConfigReader section(std::string_view key);
  /// The node under `key` as written, lists and all; nullptr if absent. It is never swept.
  const ConfigNode* raw(std::string_view key);

  /// Counts every key as known: after an error that leaves open which are legal.
  void read_all_keys();

  /// Reports that `key` must be there, unless it is; returns `value` or a stand-in.
  template <typename T>
  T required(std::string_view key, std::optional<T> value, T stand_in) {
    if (!value) missing(key);
    return value.value_or(stand_in);
  }
  void missing(std::string_view key);
  /// Refuses a list under `key`, for the few places that cannot be swept.
  void refuse_sweep(std::string_view key, std::string_view why);

  /// Reports an error at `key` (or at the section itself if the key is empty or absent).
  void error(std::string_view key, std::string text);
  void error_at(const ConfigNode& node, std::string_view key, std::string text);

  /// What `make` returns; a RequestError from it, or a ConfigError about another file, is reported
  /// at `key`.
  template <std::invocable Make>
  auto checked(std::string_view key, Make make) -> std::optional<decltype(make())> {
    try {
      return make();
    } catch (const RequestError& refusal) {
      error(key, refusal.what());
    } catch (const ConfigError& broken) {
      error(key, broken.what());
    }
    return std::nullopt;
  }

  /// Whether anything was wrong since this reader was made, here or in sections below.
  [[nodiscard]] bool failed() const { return context_->diagnostics.said() > errors_before_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] ReadingContext& context() const { return *context_; }

 private:
  ConfigReader(const ConfigNode& node, const ConfigNode& place, std::string path,
               ReadingContext& context);

  /// The scalar under `key` at this point of the sweep, or nullptr if absent or wrong.
  const ConfigNode* scalar(std::string_view key);
  template <typename Parse>
  auto parsed(std::string_view key, Parse parse)
      -> std::optional<decltype(parse(std::string_view{}))>;
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const ConfigNode* node_;
  const ConfigNode* place_;  // where errors point: the section, or its parent if it is absent
  std::string path_;
  ReadingContext* context_;
  std::size_t errors_before_;
};

}  // namespace commsim
