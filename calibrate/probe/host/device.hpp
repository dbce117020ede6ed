// What the host logic sees of the machine. The real one is in calibrate/probe/cuda, tests have one
// that keeps a script.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/probe/host/case.hpp"

namespace commsim::probe {

/// What there is to measure; found without touching the memory of a GPU.
struct Inventory {
  std::vector<std::string> gpus;  // names, one a GPU
  std::uint64_t memory = 0;       // bytes of the smallest GPU
  int multiprocessors = 0;        // of GPU 0, like what follows
  int compute_capability = 0;     // 90 for 9.0
  int driver_cuda = 0;            // newest CUDA that the driver knows, 13000 for 13.0
  int runtime_cuda = 0;
  std::string driver;  // version of the kernel driver, empty if unknown
  int nccl = 0;        // NCCL_VERSION_CODE of the library at hand; 0: built without
  bool cublas = false;
  bool codecs = false;  // built with CUB
};

/// Clocks at this moment in MHz; 0: unknown.
struct Clocks {
  unsigned multiprocessor = 0;
  unsigned memory = 0;
};

enum class Place { kOutOfPlace, kInPlace };

/// What is known of an operation besides its time.
struct Facts {
  std::uint64_t count = 0;  // elements, or what the operation counts in
  std::string redop = "none";
  int root = -1;
  int ranks = 1;
  int nodes = 1;
  double bus_factor = 1;
  double flops = 0;                // of one operation; 0: it computes nothing
  std::optional<double> estimate;  // microseconds, by the library's own model
  std::uint64_t moved = 0;         // bytes of memory that are read or written; 0: not counted
  double copy_time = 0;            // microseconds of a copy within the GPU that moves as many
  std::string what;                // what was really measured, in words
};

/// Something ready to be repeated; it holds its memory.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  /// Runs it `count` times in a row, waits for the last, and returns microseconds of one. Throws
  /// std::runtime_error if the device fails.
  virtual double run(Place place, int count) = 0;
  [[nodiscard]] virtual Facts facts() = 0;
  [[nodiscard]] virtual bool works_in_place() const { return false; }
  /// Runs it once on known data and counts the values that come out wrong; empty: not checked.
  virtual std::optional<std::uint64_t> wrong(Place /*place*/) { return std::nullopt; }
};

class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  /// Throws std::runtime_error if the case cannot be run here.
  virtual std::unique_ptr<Operation> prepare(const Case& which) = 0;
  virtual Clocks clocks() = 0;
};

}  // namespace commsim::probe
