// A text file that only grows, by whole lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calibrate/probe/host/descriptor.hpp"

namespace commsim::probe {

class LineLog {
 public:
  /// Opens or creates the file. A last line without its end, which a kill left, is cut off. Throws
  /// OutputError if it cannot.
  explicit LineLog(std::string file);

  /// The lines that were there when it was opened.
  [[nodiscard]] const std::vector<std::string>& found() const { return found_; }

  /// The line is in the file, not in a buffer of ours, when this returns. Throws OutputError if it
  /// cannot be: then nothing of it is in the file.
  void append(const std::string& line);

 private:
  std::string file_;
  Descriptor descriptor_;
  std::int64_t length_ = 0;
  std::vector<std::string> found_;
};

}  // namespace commsim::probe
