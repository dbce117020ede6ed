// A list where one value belongs is a sweep. The reader of a configuration runs once for each
// point; every list that it meets in the place of a single value asks the sweep which item is
// meant. Axes are thus found by reading, in the order in which they are read, and need no
// declaration anywhere.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/config_node.hpp"

namespace commsim {

/// The odometer over all lists that were met; the axis that is met first turns slowest.
class Sweep {
 public:
  /// The item of `list`, which stands at key path `path`, at the present point.
  /// REQUIRES: list.items is not empty.
  const ConfigNode& choose(const ConfigNode& list, const std::string& path) {
    if (const ConfigNode* item = chosen(list)) return *item;
    axes_.push_back({&list, path, 0});
    return list.items.front();
  }

  /// The item of `list` at the present point, or nullptr if nobody asked for one.
  [[nodiscard]] const ConfigNode* chosen(const ConfigNode& list) const {
    for (const Axis& axis : axes_) {
      if (axis.list == &list) return &list.items[axis.index];
    }
    return nullptr;
  }

  /// Moves to the next point; false when there is none.
  bool advance() {
    while (!axes_.empty()) {
      Axis& last = axes_.back();
      if (++last.index < last.list->items.size()) return true;
      axes_.pop_back();
    }
    return false;
  }

  /// What was chosen at this point so far: key path and value of each axis.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> choices() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Axis& axis : axes_) {
      all.emplace_back(axis.path, flow_text(axis.list->items[axis.index]));
    }
    return all;
  }

 private:
  struct Axis {
    const ConfigNode* list;
    std::string path;
    std::size_t index;
  };
  std::vector<Axis> axes_;
};

}  // namespace commsim
