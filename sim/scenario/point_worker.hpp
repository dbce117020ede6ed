// Somebody else who does pieces of work: a process that was started beside this one.
#pragma once

#include <stdexcept>
#include <string>

namespace commsim {

/// A worker that is gone, with whatever it was at.
class WorkerLost : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class PointWorker {
 public:
  PointWorker() = default;
  PointWorker(const PointWorker&) = delete;
  PointWorker& operator=(const PointWorker&) = delete;
  virtual ~PointWorker() = default;

  /// What the worker makes of a request, both as bytes whose meaning is that of whoever asks.
  /// Throws what is thrown there (LimitReached, RequestError; anything else as MachineError), and
  /// WorkerLost; then this worker is of no more use.
  virtual std::string answer(const std::string& request) = 0;
  /// Lets an answer() that another thread waits for end with WorkerLost.
  virtual void abandon() = 0;
};

}  // namespace commsim
