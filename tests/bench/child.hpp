// Measures work in a process of its own, so that its peak memory is that work's alone.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace commsim::bench {

struct Cost {
  double seconds = 0;
  double peak_megabytes = 0;  ///< of the process, in 10^6 bytes
};

/// Runs `work` in a child; wall time by a steady clock, from its start to its end.
template <typename Work>
Cost cost_of(Work work) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
    throw std::runtime_error("the measured work failed");
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  constexpr double kMegabytesPerKibibyte = 1.024e-3;
  return {.seconds = spent.count(),
          .peak_megabytes = static_cast<double>(usage.ru_maxrss) * kMegabytesPerKibibyte};
}

}  // namespace commsim::bench
