// The other end of what point_desk.hpp has: a process that settles points for the one with the
// desk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// A worker's end of one connection.
class DeskVisit {
 public:
  /// Throws MachineError if the desk cannot be reached.
  explicit DeskVisit(const std::string& invitation);
  DeskVisit(const DeskVisit&) = delete;
  DeskVisit& operator=(const DeskVisit&) = delete;
  ~DeskVisit();

  /// Says what was read, or why it cannot be; then settles points as they come until the desk goes
  /// away.
  void refuse(const std::string& why);
  void work(std::uint64_t fingerprint, const std::function<SettledPoint(std::size_t)>& settle);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace commsim
