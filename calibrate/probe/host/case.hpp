// One measurement: what is repeated, on which data, by which forced choice. A plan is a list of
// them; a row of a result names one.
#pragma once

#include <cstdint>
#include <string>

namespace commsim::probe {

struct Case {
  std::string suite;
  std::string operation;  // a collective in the suite nccl
  std::string dtype;      // empty where data have no type
  std::string algorithm;  // empty: the library's own choice, both
  std::string protocol;
  int blocks = 0;  // thread blocks or multiprocessors that the case is about; 0: it is not
  std::uint64_t size = 0;
};

/// The case as one line without blanks or line ends, the same for the same case: the identity by
/// which a resumed run knows what it has, and the way a case travels to another process.
std::string key(const Case& which);

/// The case of such a line. Throws std::invalid_argument if it is none.
Case parse_case(const std::string& line);

}  // namespace commsim::probe
