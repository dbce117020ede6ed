// Named things of one kind (topologies, algorithms, network models): each registers itself from its
// own file, before main, and the table never changes after that.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/nearest_name.hpp"

namespace commsim {

/// The table of every registered `Entry`, ordered by name. An Entry has a `std::string_view name`.
template <typename Entry>
class Registry {
 public:
  /// Adds an entry at static initialisation; a name used twice is a bug and aborts.
  static const Entry& add(Entry entry) {
    const std::string name{entry.name};
    const auto [place, fresh] = table().emplace(name, std::move(entry));
    ensure(fresh, "a name is registered twice");
    return place->second;
  }

  /// The entry of that name, or nullptr.
  static const Entry* find(std::string_view name) {
    const auto place = table().find(name);
    return place == table().end() ? nullptr : &place->second;
  }

  /// The entry of that name; throws RequestError with the legal names and the nearest one.
  static const Entry& get(std::string_view name, std::string_view kind) {
    if (const Entry* entry = find(name)) return *entry;
    throw RequestError("unknown " + std::string(kind) + " '" + std::string(name) + "'" +
                       suggestion(name, names()));
  }

  static std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& [name, entry] : table()) all.push_back(name);
    return all;
  }

  static std::vector<const Entry*> entries() {
    std::vector<const Entry*> all;
    for (const auto& [name, entry] : table()) all.push_back(&entry);
    return all;
  }

 private:
  static std::map<std::string, Entry, std::less<>>& table() {
    static std::map<std::string, Entry, std::less<>> table;
    return table;
  }
};

/// Write one of these last in the file that implements the entry:
///   const Registration<TopologyKind> registration{{.name = "ring", ...}};
template <typename Entry>
struct Registration {
  explicit Registration(Entry entry) { Registry<Entry>::add(std::move(entry)); }
};

}  // namespace commsim
