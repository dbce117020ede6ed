// Points over TCP: the desk hands them to workers in other processes, one at a time each.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/point_worker.hpp"

namespace commsim {

/// Where points are handed out. A worker that dies is a closed connection, at worst (a machine that
/// is switched off) one that has said nothing for a minute.
class PointDesk {
 public:
  /// Listens at a port that is free. Throws MachineError.
  PointDesk();
  PointDesk(const PointDesk&) = delete;
  PointDesk& operator=(const PointDesk&) = delete;
  ~PointDesk();

  /// What a worker must know to come: the port, a secret word, and this machine's addresses.
  [[nodiscard]] std::string invitation() const;

  /// Waits until so many workers have come, or no longer than `patience`. Workers say what they
  /// have read (`fingerprint`); one that has read something else is lost, as is any that dies.
  /// `on_loss` is told why, from any thread.
  std::vector<std::unique_ptr<PointWorker>> welcome(
      std::size_t expected, std::chrono::seconds patience,
      std::function<void(const std::string&)> on_loss);
  /// What all workers must have read; set before the first point is settled.
  void expect(std::uint64_t fingerprint);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace commsim
