// The other end of what point_desk.hpp has: a process that works for the one with the desk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace commsim {

/// A worker's end of one connection.
class DeskVisit {
 public:
  /// Throws MachineError if the desk cannot be reached.
  explicit DeskVisit(const std::string& invitation);
  DeskVisit(const DeskVisit&) = delete;
  DeskVisit& operator=(const DeskVisit&) = delete;
  ~DeskVisit();

  /// Says what was read, or why it cannot be; then answers requests as they come until the desk
  /// goes away. What `answer` throws is told to the desk.
  void refuse(const std::string& why);
  void work(std::uint64_t fingerprint,
            const std::function<std::string(const std::string& request)>& answer);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace commsim
