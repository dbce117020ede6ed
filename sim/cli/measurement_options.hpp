// The options of commands that read measurements.
#pragma once

#include <string>
#include <vector>

#include "calibrate/measurements.hpp"
#include "sim/cli/command_options.hpp"

namespace commsim {

struct MeasurementOptions {
  std::string format = "auto";
  std::string collective;
  unsigned ranks = 0;
  unsigned nodes = 0;

  void add_to(CommandOptions& command) {
    command.text("--log-format", format, "nccl_tests, osu, csv ... (default: found out)", "FORMAT");
    command.text("--collective", collective, "what was measured, if the text does not say", "NAME");
    constexpr int kMost = 1 << 24;
    command.whole_number("--ranks", ranks, "on how many ranks, if the text does not say", 1, kMost);
    command.whole_number("--nodes", nodes, "in how many nodes, if the text does not say", 1, kMost);
  }
  [[nodiscard]] Measurements read(const std::string& file) const {
    return read(read_text_file(file));
  }
  [[nodiscard]] Measurements read(const TextFile& file) const {
    return read_measurements(file, {.format = format,
                                    .collective = collective,
                                    .ranks = static_cast<int>(ranks),
                                    .nodes = static_cast<int>(nodes)});
  }
};

}  // namespace commsim
